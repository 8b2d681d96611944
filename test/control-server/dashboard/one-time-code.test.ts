import { expect, it } from 'vitest';
import { takeOneTimeCode } from '../../../control-server/dashboard/src/session/one-time-code.ts';

function take(hash: string): { readonly code: string | null; readonly replaced: readonly string[] } {
  const replaced: string[] = [];
  const code = takeOneTimeCode({ hash, pathname: '/login', search: '?next=%2Fkeys' }, (path) =>
    replaced.push(path),
  );
  return { code, replaced };
}

it('takes the code and removes it from the address, and only it', () => {
  expect(take('#code=abc-_123')).toEqual({ code: 'abc-_123', replaced: ['/login?next=%2Fkeys'] });
});

it('removes an empty code too', () => {
  expect(take('#code=')).toEqual({ code: null, replaced: ['/login?next=%2Fkeys'] });
});

it.each(['', '#', '#stack', '#codec=1'])('leaves the address alone when there is no code: %j', (hash) => {
  expect(take(hash)).toEqual({ code: null, replaced: [] });
});
