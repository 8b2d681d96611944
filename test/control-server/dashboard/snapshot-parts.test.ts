import { expect, it } from 'vitest';
import type { StackFrame } from '../../../src/protocol/snapshot.ts';
import { redactionName, splitRedactions } from '../../../control-server/wording/redaction.ts';
import { groupFrames } from '../../../control-server/dashboard/src/snapshot/stack-groups.ts';

it('sets the markers of the scrubber apart from the text around them', () => {
  expect(splitRedactions('to [REDACTED:email] and [REDACTED:api_key]!')).toEqual([
    { kind: 'text', text: 'to ' },
    { kind: 'redacted', type: 'email' },
    { kind: 'text', text: ' and ' },
    { kind: 'redacted', type: 'api_key' },
    { kind: 'text', text: '!' },
  ]);
  expect(splitRedactions('')).toEqual([]);
  expect(splitRedactions('[REDACTED:]<b>[REDACTED:A B]')).toEqual([
    { kind: 'text', text: '[REDACTED:]<b>[REDACTED:A B]' },
  ]);
});

it('names the types that it knows, and shows others as they came', () => {
  expect([redactionName('ssn'), redactionName('my_pattern'), redactionName('constructor')]).toEqual([
    'SSN',
    'my pattern',
    'constructor',
  ]);
});

function frame(filePath: string, origin: StackFrame['origin']): StackFrame {
  return { functionName: 'f', filePath, lineNumber: 1, columnNumber: 1, origin, isAsync: false };
}

it("puts neighbouring frames of dependencies and Node together, and says whose they are; the service's own stay open", () => {
  const groups = groupFrames([
    frame('/app/src/order.ts', 'application'),
    frame('/app/node_modules/express/lib/router.js', 'dependency'),
    frame('/app/node_modules/express/lib/layer.js', 'dependency'),
    frame('/app/node_modules/@fastify/cookie/index.js', 'dependency'),
    frame('node:internal/process/task_queues', 'node'),
    frame('<anonymous>', 'node'),
    frame('/app/src/main.ts', 'application'),
    frame('/usr/lib/odd.js', 'dependency'),
  ]);
  expect(groups.map(({ isOwn, frames, summary }) => [isOwn, frames.length, isOwn ? '' : summary])).toEqual([
    [true, 1, ''],
    [false, 5, 'express, @fastify/cookie, Node.js'],
    [true, 1, ''],
    [false, 1, 'odd.js'],
  ]);
  expect(groupFrames([])).toEqual([]);
});
