import { describe, expect, it } from 'vitest';
import type { BreakpointResource } from '../../../src/protocol/api.ts';
import { codePath, readCodePlace } from '../../../control-server/dashboard/src/code/code-place.ts';
import { searchFiles } from '../../../control-server/dashboard/src/code/file-search.ts';
import {
  buildFileTree,
  foldersAbove,
  initiallyOpenFolders,
  visibleFiles,
} from '../../../control-server/dashboard/src/code/file-tree.ts';
import { markLines } from '../../../control-server/dashboard/src/code/line-marks.ts';
import { lineState } from '../../../control-server/dashboard/src/code/line-state.ts';
import { countInFiles, meansFile } from '../../../control-server/dashboard/src/code/same-file.ts';
import { sourceRemark } from '../../../control-server/dashboard/src/snapshot/source-remark.ts';
import { colourLines } from '../../../control-server/dashboard/src/snapshot/line-colours.ts';
import { agent, agentStatus } from './samples.ts';

const PATHS = [
  '/app/src/orders/order.ts',
  '/app/src/orders/place-order.ts',
  '/app/src/cart.ts',
  '/app/index.ts',
];
const NOW = Date.parse('2026-11-21T10:00:00.000Z');

function breakpoint(fields: Partial<BreakpointResource> = {}): BreakpointResource {
  return {
    id: 'b1',
    serviceName: 'shop',
    environment: 'production',
    label: null,
    functionName: '',
    filePath: '/app/src/orders/order.ts',
    lineNumber: 7,
    enabled: true,
    mode: 'snapshot',
    condition: null,
    maxCaptures: 100,
    captureCount: 0,
    expireAt: null,
    stackDepth: null,
    maxDepth: null,
    maxPayloadBytes: null,
    captureExpressions: [],
    logMessage: null,
    version: 1,
    origin: 'person',
    createdAt: '2026-11-21T09:00:00.000Z',
    updatedAt: '2026-11-21T09:00:00.000Z',
    lastHitAt: null,
    ...fields,
  };
}

describe('the tree of files', () => {
  it('stands below the folder that all share, folders first', () => {
    const tree = buildFileTree(PATHS);
    expect(tree.root).toBe('/app');
    expect(
      visibleFiles(tree.nodes, new Set(['/app/src/'])).map(({ node, level }) => [level, node.name]),
    ).toEqual([
      [1, 'src'],
      [2, 'orders'],
      [2, 'cart.ts'],
      [1, 'index.ts'],
    ]);
  });

  it('puts folders that hold nothing but a folder into one line', () => {
    const tree = buildFileTree(['/app/a/b/c/one.ts', '/app/two.ts']);
    expect(tree.nodes.map(({ name, pointer }) => [name, pointer])).toEqual([
      ['a/b/c', '/app/a/b/c/'],
      ['two.ts', '/app/two.ts'],
    ]);
  });

  it.each([
    [['C:\\shop\\src\\a.ts', 'C:\\shop\\b.ts'], 'C:\\shop', ['src', 'b.ts']],
    [['webpack://shop/src/a.ts', 'webpack://shop/b.ts'], 'webpack://shop', ['src', 'b.ts']],
    [['/app/only.ts'], '/app', ['only.ts']],
    [['/a.ts', 'webpack://shop/b.ts'], '', ['/', 'webpack://shop']],
    [[], '', []],
  ])('reads paths as %j', (paths, root, names) => {
    const tree = buildFileTree(paths);
    expect([tree.root, tree.nodes.map(({ name }) => name)]).toEqual([root, names]);
  });

  it('knows the folders above a file', () => {
    const { nodes } = buildFileTree(PATHS);
    expect(foldersAbove(nodes, '/app/src/orders/order.ts')).toEqual(['/app/src/', '/app/src/orders/']);
    expect(foldersAbove(nodes, '/app/index.ts')).toEqual([]);
    expect(foldersAbove(nodes, '/app/src/nowhere.ts')).toEqual([]);
  });

  it('is open at first as far as it fits', () => {
    const { nodes } = buildFileTree([...PATHS, '/app/test/one.ts']);
    expect([...initiallyOpenFolders(nodes)]).toEqual(['/app/src/', '/app/test/', '/app/src/orders/']);
    expect([...initiallyOpenFolders(nodes, 4)]).toEqual(['/app/test/']);
  });
});

describe('going to a file', () => {
  const found = (typed: string): string[] =>
    searchFiles(PATHS, typed, '/app/'.length).map(({ path }) => path);

  it('puts the name that begins with what was typed first', () => {
    expect(found('order')).toEqual(['/app/src/orders/order.ts', '/app/src/orders/place-order.ts']);
  });

  it('takes characters in their order, from any part of the path', () => {
    expect(found('plor')).toEqual(['/app/src/orders/place-order.ts']);
    expect(found('src cart')).toEqual(['/app/src/cart.ts']);
    expect(found('ORDERS\\pl')).toEqual(['/app/src/orders/place-order.ts']);
    expect(found('trac')).toEqual([]);
  });

  it('does not look at the folder above all of them', () => {
    expect(found('app')).toEqual([]);
  });

  it('says which characters fit', () => {
    expect(searchFiles(['/app/src/cart.ts'], 'cart')[0]?.positions).toEqual([9, 10, 11, 12]);
    expect(searchFiles(['/app/src/cart.ts'], '')[0]?.positions).toEqual([]);
  });
});

describe('the file of a breakpoint', () => {
  it.each([
    ['/app/src/order.ts', true],
    ['order.ts', true],
    ['src/order.ts', true],
    ['/home/me/shop/src/order.ts', true],
    ['C:\\Shop\\src\\order.ts', true],
    ['my-order.ts', false],
    ['/home/me/shop/lib/order.ts', false],
    ['', false],
  ])('%s is /app/src/order.ts: %s', (path, means) => {
    expect(meansFile(path, '/app/src/order.ts', '/app')).toBe(means);
  });

  it('is not told by its name alone when its path says more', () => {
    expect(meansFile('/other/index.ts', '/app/index.ts', '/app')).toBe(false);
  });

  it('counts the breakpoints of each file as if every one were held against every file', () => {
    const files = [
      'C:\\app\\src\\Order.ts',
      'webpack://shop/src/order.ts',
      '/app/src/order.ts',
      '/app/src/cart.ts',
    ];
    const wanted = [
      'order.ts',
      'c:/APP/src/order.ts',
      './src/order.ts',
      '/app/src/cart.ts',
      '',
      'src/none.ts',
    ];
    const counts = files.map((path) => [path, wanted.filter((one) => meansFile(one, path, '')).length]);
    expect([...countInFiles(wanted, files, '')]).toEqual(counts);
    expect(counts.map(([, count]) => count)).toEqual([3, 2, 3, 1]);
  });
});

describe('lines that are fetched for a snapshot', () => {
  it.each([
    ['0b6e1f2a', false, null],
    [
      '0b6e1f2a',
      true,
      'The file changed after the process that captured had started: other code may have run here.',
    ],
    [
      '77aa77aa',
      false,
      'As 77aa77aa runs it now, not the process that captured: other code may have stood here.',
    ],
    [
      '77aa77aa',
      true,
      'As 77aa77aa runs it now, not the process that captured: other code may have stood here.',
    ],
  ])('of instance %s, stale: %s', (instanceId, isStale, remark) => {
    expect(sourceRemark({ instanceId, isStale }, '0b6e1f2a')).toBe(remark);
  });
});

describe('the state of a line', () => {
  const reporting = (
    ...reports: readonly (readonly [
      'received' | 'waiting' | 'installed' | 'emitting' | 'error',
      string | null,
    ])[]
  ): ReturnType<typeof agent>[] =>
    reports.map(([state, reason]) => agent({ breakpoints: [{ breakpointId: 'b1', state, reason }] }));

  const installed = { breakpointId: 'b1', state: 'installed', reason: null } as const;

  it.each([
    ['silent', []],
    ['silent', [agent({ unknown: true, breakpoints: [installed] })]],
    ['silent', [agent({ streaming: false, breakpoints: [installed] })]],
    [
      'active',
      [agent({ streaming: false, status: agentStatus({ control: 'polling' }), breakpoints: [installed] })],
    ],
    ['stopped', [agent({ status: agentStatus({ capture: 'killed' }), breakpoints: [installed] })]],
    ['stopped', [agent({ status: agentStatus({ capture: 'breaker_open' }), breakpoints: [installed] })]],
    [
      'error',
      [
        agent({ streaming: false, breakpoints: [installed] }),
        agent({ status: agentStatus({ capture: 'killed' }), breakpoints: [installed] }),
        agent({ breakpoints: [{ ...installed, state: 'error', reason: 'no_code_at_line: …' }] }),
      ],
    ],
    ['pending', [agent({ status: null })]],
    ['pending', reporting(['received', null])],
    ['waiting', reporting(['waiting', 'file_not_loaded: …'], ['received', null])],
    ['active', reporting(['installed', null])],
    ['active', reporting(['emitting', null], ['error', 'stale_source: …'])],
    ['active', reporting(['installed', 'throttled: …'], ['installed', null])],
    ['throttled', reporting(['installed', 'throttled: …'])],
    ['error', reporting(['error', 'no_code_at_line: …'], ['waiting', null])],
  ] as const)('is %s', (state, agents) => {
    expect(lineState(breakpoint(), agents, false, NOW)).toBe(state);
  });

  it('is over, or off, whatever the agents say', () => {
    const agents = reporting(['installed', null]);
    const stateOf = (fields: Partial<BreakpointResource>): string =>
      lineState(breakpoint(fields), agents, true, NOW);
    expect(stateOf({ expireAt: '2026-11-21T10:00:00.000Z' })).toBe('expired');
    expect(stateOf({ captureCount: 100 })).toBe('expired');
    expect(stateOf({ enabled: false })).toBe('off');
  });

  it('is stopped as soon as a kill switch is on, before the agents say so', () => {
    expect(lineState(breakpoint(), [agent({ breakpoints: [installed] })], true, NOW)).toBe('stopped');
  });
});

describe('the margin', () => {
  const file = { path: '/app/src/orders/order.ts', root: '/app' };

  it('marks line breakpoints and labels of the file, each line once', () => {
    const marks = markLines(
      file,
      [
        breakpoint(),
        breakpoint({ id: 'b2', label: 'order', lineNumber: 7 }),
        breakpoint({ id: 'b3', label: 'paid', lineNumber: 9 }),
        breakpoint({ id: 'b6', columnNumber: 27 }),
        breakpoint({ id: 'b4', filePath: '/app/src/cart.ts' }),
        breakpoint({ id: 'b5', label: 'not reached', filePath: '', lineNumber: 0 }),
      ],
      [agent()],
      new Set(),
      false,
      NOW,
    );
    expect(
      [...marks.values()].map(({ lineNumber, state, labelNames, placed }) => [
        lineNumber,
        state,
        labelNames,
        placed.length,
      ]),
    ).toEqual([
      [7, 'pending', ['order'], 2],
      [9, null, ['paid'], 0],
    ]);
    expect(marks.get(7)?.title).toBe(
      'Pending: no instance has said yet what it made of it\nand 1 more breakpoint\nLabel “order”',
    );
    expect(marks.get(7)?.columns).toEqual([
      {
        columnNumber: 27,
        state: 'pending',
        title: 'Column 27: Pending: no instance has said yet what it made of it',
      },
    ]);
  });

  it('shows what is being deleted as such, unless something stays on the line', () => {
    const two = [breakpoint({ id: 'b2', columnNumber: 9 }), breakpoint()];
    const stateOf = (...leaving: string[]): string | null | undefined =>
      markLines(file, two, [agent()], new Set(leaving), false, NOW).get(7)?.state;
    expect([stateOf('b1'), stateOf('b1', 'b2')]).toEqual(['pending', 'leaving']);
  });

  it('names those of the whole line first, then from the left to the right', () => {
    const placed = markLines(
      file,
      [breakpoint({ id: 'b3', columnNumber: 40 }), breakpoint({ id: 'b2', columnNumber: 9 }), breakpoint()],
      [],
      new Set(),
      false,
      NOW,
    ).get(7)?.placed;
    expect(placed?.map(({ breakpoint: { id } }) => id)).toEqual(['b1', 'b2', 'b3']);
  });
});

describe('the address of a line', () => {
  const service = { environment: 'production', serviceName: 'shop' };

  it('comes back as it went', () => {
    const place = { file: '/app/a b&c.ts', line: 7, instance: 'i-1' };
    const path = codePath(service, place);
    expect(path).toBe('/services/production/shop/code?file=%2Fapp%2Fa+b%26c.ts&line=7&instance=i-1');
    expect(readCodePlace(path.slice(path.indexOf('?')))).toEqual(place);
  });

  it.each(['?line=0', '?line=-3', '?line=x', '?line=1.5', ''])('names no line with %j', (search) => {
    expect(readCodePlace(search)).toEqual({ file: null, line: null, instance: null });
  });
});

describe('the colours of a part of a file', () => {
  const kindsOf = (...lines: string[]): string[][] =>
    colourLines(lines).map((pieces) => pieces.map(({ text, kind }) => `${kind}:${text}`));

  it('are those of its words, line by line, and the text is as it was', () => {
    const lines = ["const a = 'b'; // c", '', 'return 0x2a_n + `x', '${y}`;'];
    expect(colourLines(lines).map((line) => line.map((piece) => piece.text).join(''))).toEqual(lines);
    expect(kindsOf(...lines)).toEqual([
      ['keyword:const', ': a = ', "string:'b'", ':; ', 'comment:// c'],
      [],
      ['keyword:return', ': ', 'number:0x2a_n', ': + ', 'string:`x'],
      ['string:${y}`', ':;'],
    ]);
  });

  it('leave names alone that hold a word of the language, or are properties', () => {
    expect(kindsOf('newest.default = { type: a1 }')).toEqual([[':newest.default = { type: a1 }']]);
  });

  it('end a text that is not closed with its line', () => {
    expect(kindsOf("/'/.test(a)", 'let b')).toEqual([
      [':/', "string:'/.test(a)"],
      ['keyword:let', ': b'],
    ]);
  });

  it.each([' * of this thread\n */\nlet a', 'of this thread */\nlet a'])(
    'know a comment that began above: %j',
    (text) => {
      const kinds = kindsOf(...text.split('\n'));
      expect(kinds[0]?.[0]).toBe(`comment:${text.split('\n')[0] ?? ''}`);
      expect(kinds.at(-1)).toEqual(['keyword:let', ': a']);
    },
  );

  it('take no longer for a line that is made to be slow', () => {
    expect(colourLines([`'${'\\'.repeat(20_000)}`, '/*'.repeat(20_000), '9.'.repeat(20_000)])).toHaveLength(
      3,
    );
  });
});
