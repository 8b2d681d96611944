import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { SessionResource } from '../../../../src/protocol/api-people.ts';
import { formatInstant } from '../../../wording/time.ts';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Age } from '../ui/clock.tsx';
import { failureText } from '../ui/failure-text.ts';
import { useToasts } from '../ui/toasts.tsx';
import { account } from './account-api.ts';
import { browserWords } from './browser-words.ts';
import { TableHead } from '../ui/table-head.tsx';

/** The browsers in which one is signed in, this one first, then the one used last. */
export function SessionsTable({ sessions }: { readonly sessions: readonly SessionResource[] }): ReactElement {
  const sorted = sessions.toSorted(
    (a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt.localeCompare(a.lastUsedAt),
  );
  return (
    <table className="table" data-testid="sessions-table">
      <TableHead columns={['Browser', 'Address', 'Signed in', 'Last used', 'Ends']} hasActions />
      <tbody>
        {sorted.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </tbody>
    </table>
  );
}

function SessionRow({ session }: { readonly session: SessionResource }): ReactElement {
  const client = useQueryClient();
  const toasts = useToasts();
  const browser = browserWords(session.userAgent);
  const end = useMutation({
    mutationFn: () => account.endSession(session.id),
    onError: (error) =>
      toasts.show({
        id: `session-${session.id}`,
        tone: 'failure',
        text: `${browser} is still signed in. ${failureText(error)}`,
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
  return (
    <tr data-testid="session-row">
      <th scope="row" className="cell-main" title={session.userAgent}>
        {browser} {session.current && <Chip>this one</Chip>}
      </th>
      <td data-label="Address" className="mono">
        {session.address}
      </td>
      <td data-label="Signed in" className="muted">
        <Age instant={session.createdAt} />
      </td>
      <td data-label="Last used" className="muted">
        <Age instant={session.lastUsedAt} />
      </td>
      <td data-label="Ends" className="muted">
        {formatInstant(session.expiresAt).slice(0, 16)}
      </td>
      <td className="cell-actions">
        {!session.current && (
          <Button
            tone="quiet"
            about={`${browser} at ${session.address}`}
            disabled={end.isPending}
            onClick={() => end.mutate()}
            data-testid="end-session"
          >
            Sign out
          </Button>
        )}
      </td>
    </tr>
  );
}
