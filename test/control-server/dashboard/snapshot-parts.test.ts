import { expect, it } from 'vitest';
import type { StackFrame } from '../../../src/protocol/snapshot.ts';
import { redactionName, splitRedactions } from '../../../control-server/dashboard/src/snapshot/redaction.ts';
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

function frame(filePath: string, inApp: boolean): StackFrame {
  return { functionName: 'f', filePath, lineNumber: 1, columnNumber: 1, inApp };
}

it('puts neighbouring frames of other origin together, and says which packages they come from', () => {
  const groups = groupFrames([
    frame('/app/src/order.ts', true),
    frame('/app/node_modules/express/lib/router.js', false),
    frame('/app/node_modules/express/lib/layer.js', false),
    frame('/app/node_modules/@fastify/cookie/index.js', false),
    frame('node:internal/process/task_queues', false),
    frame('/app/src/main.ts', true),
    frame('/usr/lib/odd.js', false),
  ]);
  expect(
    groups.map((group) => [group.origin, group.frames.length, group.origin === 'other' ? group.summary : '']),
  ).toEqual([
    ['own', 1, ''],
    ['other', 4, 'express, @fastify/cookie, node:internal'],
    ['own', 1, ''],
    ['other', 1, 'odd.js'],
  ]);
  expect(groupFrames([])).toEqual([]);
});
