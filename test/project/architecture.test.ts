import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** Where a file of ours may import from: prefixes of paths, `type:` in front where only types may come over. */
const ALLOWED: readonly (readonly [folder: string, allowed: readonly string[]])[] = [
  ['src/protocol/', ['src/protocol/']],
  ['src/copy/', ['src/copy/', 'src/protocol/']],
  ['src/breakpoints/', ['src/breakpoints/', 'src/protocol/']],
  ['src/scrub/', ['src/scrub/', 'src/protocol/', 'src/copy/']],
  ['src/capture/', ['src/capture/', 'src/protocol/', 'src/copy/', 'type:src/']],
  ['src/inspector/', ['src/inspector/', 'src/protocol/', 'src/copy/', 'type:src/']],
  ['src/delivery/', ['src/delivery/', 'src/protocol/', 'type:src/log.ts']],
  ['src/control/', ['src/control/', 'src/protocol/', 'type:src/log.ts']],
  ['src/integrations/', ['src/integrations/', 'src/index.ts']],
  ['src/register.ts', ['src/index.ts']],
  ['src/index.ts', ['src/']],
  ['src/testing.ts', ['src/']],
  ['src/agent.ts', ['src/']],
  ['src/connect-to-server.ts', ['src/']],
  ['src/late-line-breakpoints.ts', ['src/']],
  ['src/source-room.ts', ['src/']],
  ['src/late-sources.ts', ['src/source-room.ts', 'type:src/']],
  ['src/scrub-stage.ts', ['src/later-turn.ts', 'src/protocol/', 'type:src/']],
  ['src/flushing.ts', ['src/errors.ts', 'src/protocol/', 'type:src/']],
  ['src/breakpoint-follower.ts', ['src/breakpoints/', 'src/protocol/', 'type:src/']],
  ['src/default-client.ts', ['type:src/', 'src/capture/', 'src/books.ts']],
  ['src/options-files.ts', ['src/delivery/', 'type:src/']],
  [
    'src/options',
    ['src/protocol/', 'src/options', 'src/errors.ts', 'type:src/log.ts', 'type:src/agent-options.ts'],
  ],
  ['src/', ['src/protocol/', 'type:src/']],
  [
    'control-server/dashboard/',
    [
      'control-server/dashboard/',
      'control-server/wording/',
      'src/protocol/condition.ts',
      'src/protocol/limits.ts',
      'type:src/protocol/',
    ],
  ],
  ['control-server/wording/', ['control-server/wording/', 'type:src/protocol/']],
  ['control-server/http/', ['control-server/http/']],
  [
    'control-server/ingest/',
    [
      'control-server/ingest/',
      'control-server/http/',
      'src/protocol/',
      'src/scrub/',
      'type:control-server/store/',
      'type:control-server/live/',
      'type:control-server/sources/',
    ],
  ],
  [
    'control-server/api/',
    [
      'control-server/api/',
      'control-server/http/',
      'src/protocol/',
      'src/scrub/',
      'type:control-server/nodes/',
      'type:control-server/sources/',
      'type:control-server/store/',
      'type:control-server/live/',
      'type:control-server/webhooks/',
      'type:control-server/metrics/',
    ],
  ],
  [
    'control-server/metrics/',
    [
      'control-server/metrics/',
      'src/protocol/',
      'type:control-server/store/',
      'type:control-server/live/',
      'type:control-server/ingest/',
    ],
  ],
  [
    'control-server/webhooks/',
    [
      'control-server/webhooks/',
      'control-server/repeat.ts',
      'src/protocol/',
      'type:control-server/store/',
      'type:control-server/live/',
    ],
  ],
  [
    'control-server/nodes/',
    [
      'control-server/nodes/',
      'control-server/live/label-totals.ts',
      'control-server/store/cursor.ts',
      'control-server/repeat.ts',
      'control-server/sources/shared-exchange.ts',
      'src/protocol/',
      'type:control-server/live/',
      'type:control-server/sources/',
      'type:control-server/store/',
    ],
  ],
  ['control-server/sources/', ['control-server/sources/', 'src/protocol/', 'type:control-server/store/']],
  ['control-server/store/', ['control-server/store/', 'src/protocol/']],
  [
    'control-server/live/',
    [
      'control-server/live/',
      'control-server/http/event-stream.ts',
      'src/protocol/',
      'type:control-server/store/',
    ],
  ],
  ['control-server/cli/serve.ts', ['control-server/', 'src/protocol/']],
  ['control-server/cli/demo.ts', ['control-server/', 'src/protocol/']],
  ['control-server/cli/scrub.ts', ['control-server/cli/', 'src/protocol/', 'src/scrub/index.ts']],
  [
    'control-server/cli/restore.ts',
    ['control-server/cli/', 'control-server/restore-backup.ts', 'src/protocol/'],
  ],
  [
    'control-server/cli/',
    [
      'control-server/cli/',
      'control-server/data-folder.ts',
      'control-server/retention-options.ts',
      'control-server/limit-options.ts',
      'control-server/wording/',
      'src/protocol/',
    ],
  ],
  ['control-server/demo/', ['control-server/demo/', 'src/index.ts', 'src/protocol/']],
  ['control-server/', ['control-server/', 'src/protocol/', 'src/copy/', 'src/scrub/']],
];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
}

function listSources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !/(?:^|\/)(?:node_modules|dist)\//.test(file));
}

function readImports(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'(\.[^']+)'/gm;
  return [...text.matchAll(pattern)].map(([, type, target = '']) => ({
    from: file,
    to: relative(root, resolve(root, dirname(file), target)),
    isTypeOnly: type !== undefined,
  }));
}

function isAllowed({ from, to, isTypeOnly }: Import): boolean {
  const rule = ALLOWED.find(([folder]) => from.startsWith(folder));
  return (rule?.[1] ?? []).some((entry) =>
    entry.startsWith('type:')
      ? isTypeOnly && to.startsWith(entry.slice('type:'.length))
      : to.startsWith(entry),
  );
}

const sources = [...listSources('src'), ...listSources('control-server')];

describe('the house', () => {
  it('has sources in every room that the import table names', () => {
    const rooms = [
      'src/protocol/',
      'src/copy/',
      'src/capture/',
      'src/scrub/',
      'src/delivery/',
      'src/control/',
      'src/inspector/',
    ];
    for (const room of [
      ...rooms,
      'control-server/ingest/',
      'control-server/store/',
      'control-server/live/',
    ]) {
      expect(
        sources.some((file) => file.startsWith(room)),
        room,
      ).toBe(true);
    }
  });

  it('imports only along the arrows of the import table', () => {
    const wrong = sources.flatMap(readImports).filter((found) => !isAllowed(found));
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it('never imports the control server from the agent', () => {
    const wrong = listSources('src')
      .flatMap(readImports)
      .filter(({ to }) => to.startsWith('control-server'));
    expect(wrong).toEqual([]);
  });

  it('keeps module-level state in one file of the agent only', () => {
    const stateful = listSources('src').filter((file) =>
      /^(?:export )?(?:let|var) /m.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(stateful).toEqual(['src/index.ts']);
  });

  it('writes to no console in the agent', () => {
    const noisy = listSources('src').filter((file) =>
      /\bconsole\.\w+\(/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(noisy).toEqual([]);
  });
});
