import { expect, test } from 'vitest';
import { toRefusal } from '../../../control-server/cli/api-client.ts';
import { formatCommandError } from '../../../control-server/cli/command-error.ts';

test('an error is one line that gives no orders to a terminal, whoever answers at the address', () => {
  const address = { url: 'http://127.0.0.1:1', token: null, source: 'given' } as const;
  const answer = { code: 'bad\u001b[2J', detail: 'No\u009b31m\nway\u202e. Try \u001b]0;title\u0007.' };
  expect(formatCommandError(toRefusal(400, answer, address))).toBe(
    'stillframe: No\\u009b31m\\nway\\u202e (bad\\u001b[2J). Try \\u001b]0;title\\u0007.',
  );
});
