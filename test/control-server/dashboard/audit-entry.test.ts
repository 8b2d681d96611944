import { expect, it } from 'vitest';
import { changedWords, targetName } from '../../../control-server/dashboard/src/audit/entry-words.ts';
import type { AuditEntry } from '../../../src/protocol/api-audit.ts';
import { aBreakpointResource } from '../../helpers/a-breakpoint.ts';

function entry(before: unknown, after: unknown): AuditEntry {
  return {
    id: 'au-1',
    at: '2026-11-21T10:00:00.000Z',
    actor: 'Ada',
    actorKind: 'person',
    ip: '127.0.0.1',
    action: 'breakpoint.change',
    target: 'breakpoint/1',
    before,
    after,
    requestId: null,
  };
}

it.each([
  ['a breakpoint at a label', null, aBreakpointResource(), 'checkout'],
  ['a breakpoint at a line', aBreakpointResource({ label: null }), null, '/app/src/order.ts:42'],
  ['a key or a person', null, { id: '1', name: 'Shop in staging' }, 'Shop in staging'],
  ['a webhook', { url: 'https://hooks.example.com' }, null, 'https://hooks.example.com'],
  ['what is only revoked', { name: 'ci' }, { revokedAt: '2026-11-21T10:00:00.000Z' }, 'ci'],
  ['what has no name', null, { pinned: true }, null],
  ['nothing', null, null, null],
])('calls %s as a person does', (_, before, after, name) => {
  expect(targetName(entry(before, after))).toBe(name);
});

it('says what was changed, without what changes with every change', () => {
  const before = aBreakpointResource({ version: 1, captureCount: 7, condition: 'a'.repeat(30) });
  const after = { ...before, version: 2, captureCount: 9, enabled: false, condition: 'b'.repeat(30) };
  expect(changedWords(entry(before, after))).toEqual(['enabled: true → false', 'condition']);
  expect(changedWords(entry(null, after))).toEqual([]);
  expect(changedWords(entry(before, null))).toEqual([]);
  expect(changedWords(entry(before, { ...before, version: 2 }))).toEqual([]);
});
