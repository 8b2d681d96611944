import { expect, test } from 'vitest';
import type { ApiClient } from '../../../control-server/cli/api-client.ts';
import { findBreakpoint } from '../../../control-server/cli/find-breakpoint.ts';
import { findById } from '../../../control-server/cli/find-by-id.ts';

const ITEMS = [{ id: 'ab12' }, { id: 'ab34' }, { id: 'ab' }, { id: 'cd56' }];

const api: ApiClient = {
  address: { url: 'http://127.0.0.1:1', token: null, source: 'given' },
  get: <T>() => Promise.resolve(ITEMS as T),
  send: () => Promise.reject(new Error('nothing is sent')),
};

test('the start of an id names the only one that begins so, a whole id the one that has it', async () => {
  expect(findById(ITEMS, 'c', 'keys', 'stillframe keys list')).toEqual({ id: 'cd56' });
  expect(findById(ITEMS, 'ab', 'keys', 'stillframe keys list')).toEqual({ id: 'ab' });
  expect(await findBreakpoint(api, 'ab3')).toEqual({ id: 'ab34' });
  expect(await findBreakpoint(api, 'ab')).toEqual({ id: 'ab' });
});

test('the start of several ids names none of them', async () => {
  expect(() => findById(ITEMS, 'a', 'keys', 'stillframe keys list')).toThrow(
    '3 keys have an id that starts with "a"',
  );
  await expect(findBreakpoint(api, 'a')).rejects.toThrow('3 breakpoints have an id that starts with "a"');
});

test('an id that nothing has is told by the code of what was looked for', async () => {
  expect(() => findById(ITEMS, 'zz', 'keys', 'stillframe keys list')).toThrow(
    expect.objectContaining({ code: 'not_found', message: 'None of the keys has the id "zz"' }),
  );
  await expect(findBreakpoint(api, 'zz')).rejects.toMatchObject({
    code: 'breakpoint_not_found',
    message: 'None of the breakpoints has the id "zz"',
  });
});

test.each(['', ' '])('an empty id, %j, names none, not even the only one', async (id) => {
  const refusal = { code: 'usage', message: 'The id is empty' };
  expect(() => findById([{ id: 'ab' }], id, 'keys', 'stillframe keys list')).toThrow(
    expect.objectContaining(refusal),
  );
  await expect(findBreakpoint(api, id)).rejects.toMatchObject(refusal);
});
