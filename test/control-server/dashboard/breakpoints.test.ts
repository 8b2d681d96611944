import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../control-server/dashboard/src/api-request.ts';
import {
  EMPTY_DRAFT,
  breakpointPatchOf,
  copyDraftOf,
  draftOf,
  draftProblems,
  parseLine,
  newBreakpointOf,
  refusedField,
} from '../../../control-server/dashboard/src/breakpoints/breakpoint-draft.ts';
import type { BreakpointDraft } from '../../../control-server/dashboard/src/breakpoints/breakpoint-draft.ts';
import {
  breakpointName,
  lifeOf,
  spreadOf,
} from '../../../control-server/dashboard/src/breakpoints/breakpoint-state.ts';
import { refusalWords } from '../../../control-server/dashboard/src/breakpoints/refusal-words.ts';
import type { BreakpointState } from '../../../src/protocol/agent-event.ts';
import { aBreakpointResource } from '../../helpers/a-breakpoint.ts';
import { agent } from './samples.ts';

const nowMs = Date.parse('2026-11-21T10:00:00.000Z');
const shop = { environment: 'production', serviceName: 'shop' };
const draft = (fields: Partial<BreakpointDraft> = {}): BreakpointDraft => ({
  ...EMPTY_DRAFT,
  label: 'checkout',
  ...fields,
});

describe('the form', () => {
  it.each<[string, Partial<BreakpointDraft>, keyof BreakpointDraft | null]>([
    ['a label', {}, null],
    ['no label', { label: '  ' }, 'label'],
    ['a label of 256 characters', { label: 'x'.repeat(256) }, null],
    ['a label of 257 characters', { label: 'x'.repeat(257) }, 'label'],
    ['a line', { place: 'line', line: 'src/order.ts:42' }, null],
    ['a line without a file', { place: 'line', line: ':42' }, 'line'],
    ['a file without a line', { place: 'line', line: 'src/order.ts' }, 'line'],
    ['no limit', { maxCaptures: '0' }, null],
    ['an empty limit', { maxCaptures: '' }, null],
    ['half a capture', { maxCaptures: '1.5' }, 'maxCaptures'],
    ['less than none', { maxCaptures: '-1' }, 'maxCaptures'],
    ['an expiry', { expiryAmount: '1.5' }, null],
    ['an expiry of nothing', { expiryAmount: '0' }, 'expiryAmount'],
    ['an expiry in words', { expiryAmount: 'soon' }, 'expiryAmount'],
    ['an expiry of a year', { expiryAmount: '8760' }, null],
    ['an expiry beyond a year', { expiryAmount: '8761' }, 'expiryAmount'],
    ['as many minutes', { expiryAmount: '8761', expiryUnit: 'minutes' }, null],
    ['a logpoint without a message', { onlyLog: true }, 'logMessage'],
    ['a logpoint', { onlyLog: true, logMessage: 'x' }, null],
    ['one frame', { stackDepth: '1' }, null],
    ['no frame', { stackDepth: '0' }, 'stackDepth'],
    ['50 frames', { stackDepth: ' 50 ' }, null],
    ['51 frames', { stackDepth: '51' }, 'stackDepth'],
    ['ten levels', { maxDepth: '10' }, null],
    ['eleven levels', { maxDepth: '11' }, 'maxDepth'],
    ['half a level', { maxDepth: '1.5' }, 'maxDepth'],
    ['1 KiB', { maxPayloadBytes: '1024' }, null],
    ['a byte less', { maxPayloadBytes: '1023' }, 'maxPayloadBytes'],
    ['256 KiB', { maxPayloadBytes: '262144' }, null],
    ['a byte more', { maxPayloadBytes: '262145' }, 'maxPayloadBytes'],
    ['bytes in words', { maxPayloadBytes: '16k' }, 'maxPayloadBytes'],
  ])('judges %s', (_what, fields, field) => {
    expect(Object.keys(draftProblems(draft(fields), true))).toEqual(field === null ? [] : [field]);
  });

  it.each([
    ['src/order.ts:42', { filePath: 'src/order.ts', lineNumber: 42 }],
    [' /app/src/order.ts:42:7 ', { filePath: '/app/src/order.ts', lineNumber: 42, columnNumber: 7 }],
    ['C:\\shop\\order.ts:42:7', { filePath: 'C:\\shop\\order.ts', lineNumber: 42, columnNumber: 7 }],
    ['order.ts:42:0', null],
    ['C:\\shop\\order.ts:1', { filePath: 'C:\\shop\\order.ts', lineNumber: 1 }],
    ['order.ts:0', null],
    ['order.ts:-1', null],
    ['order.ts', null],
    [':1', null],
    ['', null],
  ])('reads a file and a line from %j', (text, place) => {
    expect(parseLine(text)).toEqual(place);
  });

  it('asks for a breakpoint at a line by file and line, without a label', () => {
    const asked = newBreakpointOf(draft({ place: 'line', line: 'src/order.ts:42' }), shop, nowMs);
    expect([asked.filePath, asked.lineNumber, asked.label]).toEqual(['src/order.ts', 42, undefined]);
  });

  it.each([
    ['condition', { condition: 'No.' }],
    ['filePath', { line: 'No.' }],
    ['expireAt', { expiryAmount: 'No.' }],
    ['captureExpressions/0', { captureExpressions: 'No.' }],
    ['stackDepth', { stackDepth: 'No.' }],
    ['maxDepth', { maxDepth: 'No.' }],
    ['maxPayloadBytes', { maxPayloadBytes: 'No.' }],
    ['enabled', {}],
    ['constructor', {}],
    [null, {}],
  ])('shows what the server refuses about %s beside the field, where it has that field', (field, shown) => {
    expect(refusedField(new ApiError(400, 'bad_condition', 'No.', { field }))).toEqual(shown);
  });

  it('shows other failures beside no field', () => {
    expect(refusedField(new TypeError('No.'))).toEqual({});
    expect(refusedField(null)).toEqual({});
  });

  it('needs no label to change a breakpoint that has a line', () => {
    expect(draftProblems(draft({ label: '' }), false)).toEqual({});
  });

  it('becomes the request for a new breakpoint', () => {
    const typed = draft({
      label: ' refund ',
      captureExpressions: [' cart.total ', '  '],
      condition: ' amount > 100 ',
      maxCaptures: '5',
      expiryAmount: '30',
      expiryUnit: 'minutes',
      stackDepth: ' 5 ',
      maxPayloadBytes: '2048',
    });
    expect(newBreakpointOf(typed, shop, nowMs)).toEqual({
      serviceName: 'shop',
      environment: 'production',
      label: 'refund',
      enabled: true,
      condition: 'amount > 100',
      maxCaptures: 5,
      expireAt: '2026-11-21T10:30:00.000Z',
      captureExpressions: ['cart.total'],
      logMessage: null,
      mode: 'snapshot',
      stackDepth: 5,
      maxDepth: null,
      maxPayloadBytes: 2048,
    });
  });

  it('becomes a change that leaves an expiry alone unless a new one is typed', () => {
    const known = aBreakpointResource({
      condition: 'a == 1',
      maxCaptures: 7,
      captureExpressions: ['cart.items'],
      expireAt: '2027-01-01T00:00:00.000Z',
      maxDepth: 2,
    });
    expect(breakpointPatchOf(draftOf(known), nowMs)).toEqual({
      condition: 'a == 1',
      maxCaptures: 7,
      captureExpressions: ['cart.items'],
      logMessage: null,
      mode: 'snapshot',
      stackDepth: null,
      maxDepth: 2,
      maxPayloadBytes: null,
    });
    expect(breakpointPatchOf({ ...draftOf(known), expiryAmount: '2' }, nowMs)).toHaveProperty(
      'expireAt',
      '2026-11-21T12:00:00.000Z',
    );
  });
});

it('begins another breakpoint with all of one but its label, which has a breakpoint already', () => {
  const known = aBreakpointResource({ label: 'checkout', condition: 'a == 1' });
  expect(copyDraftOf(known)).toEqual({ ...draftOf(known), label: '' });
});

describe('the state of a breakpoint', () => {
  const at = (ms: number): string => new Date(nowMs + ms).toISOString();

  it.each([
    [{}, { state: 'armed' }],
    [{ enabled: false }, { state: 'off' }],
    [{ maxCaptures: 3, captureCount: 2 }, { state: 'armed' }],
    [{ maxCaptures: 3, captureCount: 3, enabled: false }, { state: 'spent' }],
    [{ expireAt: at(1_000) }, { state: 'expiring', leftMs: 1_000 }],
    [{ expireAt: at(1_000), enabled: false }, { state: 'off' }],
    [{ expireAt: at(0) }, { state: 'expired' }],
  ])('%j is %j', (fields, life) => {
    expect(lifeOf(aBreakpointResource(fields), nowMs)).toEqual(life);
  });

  it('is counted over the agents: how far it came, and why it cannot capture', () => {
    const agentWith = (state: BreakpointState, reason: string | null = null) =>
      agent({ breakpoints: [{ breakpointId: 'b1', state, reason }] });
    const spread = spreadOf('b1', [
      agentWith('installed'),
      agentWith('emitting'),
      agentWith('received'),
      agentWith('received'),
      agentWith('error', 'condition: unknown name'),
      agentWith('error', 'condition: unknown name'),
      agentWith('error'),
      agent(),
    ]);
    expect(spread).toEqual({
      agents: 8,
      inPlace: 2,
      stages: [
        { state: 'emitting', agents: 1 },
        { state: 'installed', agents: 1 },
        { state: 'received', agents: 2 },
      ],
      refusals: [
        { reason: 'condition: unknown name', agents: 2 },
        { reason: '', agents: 1 },
      ],
    });
  });

  it.each([
    [
      'costly_value: an object of 100000 keys, which V8 lists all at once',
      'Disarmed',
      'Its variables held an object of 100,000 keys, which V8 lists all at once. Capture a part of it, then switch the breakpoint off and on.',
    ],
    [
      'costly_value',
      'Disarmed',
      'Its variables held a value that is costly to read. Capture a part of it, then switch the breakpoint off and on.',
    ],
    [
      'line_breakpoints_unsupported',
      'Not possible',
      "This agent sets breakpoints by label only. Call captureSnapshot('label', …) at this line, and use that label.",
    ],
    [
      'condition: the operator + does not work on values of these kinds.',
      'Refused',
      'Condition: the operator + does not work on values of these kinds. Change the breakpoint.',
    ],
    ['no debugger: an inspector is attached', 'Refused', 'No debugger: an inspector is attached.'],
    ['constructor', 'Refused', 'Constructor.'],
    ['', 'Refused', 'The agent gave no reason.'],
  ])('says of the error "%s" what happened and what to do', (reason, title, words) => {
    expect(refusalWords(reason)).toEqual({ title, words });
  });

  it('has a name in every case', () => {
    expect(breakpointName(aBreakpointResource())).toBe('checkout');
    expect(breakpointName(aBreakpointResource({ label: null }))).toBe('/app/src/order.ts:42');
    expect(breakpointName(aBreakpointResource({ label: null, columnNumber: 7 }))).toBe(
      '/app/src/order.ts:42:7',
    );
  });
});
