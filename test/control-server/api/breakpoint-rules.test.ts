import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApi } from './open-api.ts';
import type { OpenApi } from './open-api.ts';

let api: OpenApi;
let cookie: string;
beforeAll(async () => {
  api = await openApi();
  cookie = await api.signIn('operator');
});
afterAll(() => api[Symbol.asyncDispose]());

const LABEL = { serviceName: 'shop', label: 'checkout' };
const create = (body: unknown) => api.call('POST', '/api/breakpoints', { cookie, body });

describe('a breakpoint that is not one', () => {
  it.each([
    ['neither label nor line', { serviceName: 'shop' }, 'label'],
    ['a label and a line', { ...LABEL, filePath: '/a', lineNumber: 1 }, 'label'],
    ['a label and a file', { ...LABEL, filePath: '/a' }, 'label'],
    ['a label and a column', { ...LABEL, columnNumber: 1 }, 'columnNumber'],
    ['column 0', { serviceName: 'shop', filePath: '/a', lineNumber: 1, columnNumber: 0 }, 'columnNumber'],
    ['a file without a line', { serviceName: 'shop', filePath: '/a' }, 'label'],
    ['line 0', { serviceName: 'shop', filePath: '/a', lineNumber: 0 }, 'lineNumber'],
    ['a label of 257 characters', { serviceName: 'shop', label: 'x'.repeat(257) }, 'label'],
    ['an empty label', { serviceName: 'shop', label: '' }, 'label'],
    ['no service', { label: 'x' }, 'serviceName'],
    ['a stack of 51', { ...LABEL, stackDepth: 51 }, 'stackDepth'],
    ['a stack of 0', { ...LABEL, stackDepth: 0 }, 'stackDepth'],
    ['depth 11', { ...LABEL, maxDepth: 11 }, 'maxDepth'],
    ['a payload of 1,023 bytes', { ...LABEL, maxPayloadBytes: 1_023 }, 'maxPayloadBytes'],
    ['a payload of 262,145 bytes', { ...LABEL, maxPayloadBytes: 262_145 }, 'maxPayloadBytes'],
    ['captures below 0', { ...LABEL, maxCaptures: -1 }, 'maxCaptures'],
    ['captures as text', { ...LABEL, maxCaptures: '1' }, 'maxCaptures'],
    ['an expiry now', { ...LABEL, expireAt: '2026-11-21T10:00:00Z' }, 'expireAt'],
    ['an expiry that is no instant', { ...LABEL, expireAt: 'tomorrow' }, 'expireAt'],
    ['an empty expiry', { ...LABEL, expireAt: '' }, 'expireAt'],
    [
      '21 expressions',
      { ...LABEL, captureExpressions: Array.from({ length: 21 }, () => 'a') },
      'captureExpressions',
    ],
    ['a field of its own', { ...LABEL, origin: 'agent' }, 'origin'],
    ['an id', { ...LABEL, id: 'mine' }, 'id'],
    ['a count', { ...LABEL, captureCount: -5 }, 'captureCount'],
    ['another mode', { ...LABEL, mode: 'trace' }, 'mode'],
  ])('refuses %s and names the field', async (_what, body, field) => {
    const answer = await create(body);
    expect([answer.statusCode, answer.json().code, answer.json().field]).toEqual([400, 'bad_request', field]);
    expect(await api.store.listBreakpoints({})).toEqual([]);
  });

  it.each([
    ['bad_condition', { condition: 'a >' }, 'condition', 3],
    ['bad_condition', { condition: 'process.exit()' }, 'condition', 12],
    ['bad_condition', { condition: 'a.constructor == 1' }, 'condition', 2],
    ['bad_condition', { condition: '1 + 2' }, 'condition', 0],
    ['bad_expression', { captureExpressions: ['a', 'b.'] }, 'captureExpressions/1', 2],
    ['bad_log_message', { logMessage: 'total {cart' }, 'logMessage', 11],
  ])('says with %s where %o goes wrong', async (code, settings, field, position) => {
    const answer = await create({ ...LABEL, ...settings });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code, field, position });
  });
});
