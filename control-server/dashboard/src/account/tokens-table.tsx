import { useState } from 'react';
import type { ReactElement } from 'react';
import type { PersonalToken } from '../../../../src/protocol/api-people.ts';
import { RotateSecret } from '../secrets/rotate-secret.tsx';
import { SecretActions } from '../secrets/secret-actions.tsx';
import { newestValidFirst, secretState } from '../secrets/secret-state.ts';
import { SecretStatus } from '../secrets/secret-status.tsx';
import { useMe } from '../session/session-gate.tsx';
import { Age, useNowMs } from '../ui/clock.tsx';
import { Removal } from '../ui/removal.tsx';
import { account } from './account-api.ts';
import { TableHead } from '../ui/table-head.tsx';

type Question = { readonly kind: 'revoke' | 'rotate'; readonly token: PersonalToken } | null;

/** Tokens in rows; those that work first. */
export function TokensTable({
  tokens,
  isOfEverybody,
}: {
  readonly tokens: readonly PersonalToken[];
  readonly isOfEverybody: boolean;
}): ReactElement {
  const nowMs = useNowMs();
  const me = useMe();
  const [question, setQuestion] = useState<Question>(null);
  const close = (): void => setQuestion(null);
  return (
    <>
      <table className="table" data-testid="tokens-table">
        <TableHead
          columns={['Name', ...(isOfEverybody ? ['Whose'] : []), 'State', 'May', 'Last used', 'Created']}
          hasActions
        />
        <tbody>
          {newestValidFirst(tokens, nowMs).map((token) => {
            const state = secretState(token, nowMs);
            return (
              <tr
                key={token.id}
                data-testid="token-row"
                className={state.state === 'valid' ? undefined : 'row-past'}
              >
                <th scope="row" className="cell-main">
                  {token.name}
                </th>
                {isOfEverybody && <td data-label="Whose">{token.userName}</td>}
                <td data-label="State">
                  <SecretStatus state={state} />
                </td>
                <td data-label="May">{token.role}</td>
                <td data-label="Last used" className="muted">
                  {token.lastUsedAt === null ? 'never' : <Age instant={token.lastUsedAt} />}
                </td>
                <td data-label="Created" className="muted">
                  <Age instant={token.createdAt} />
                </td>
                <td className="cell-actions">
                  <SecretActions
                    state={state}
                    about={`token ${token.name}${isOfEverybody ? ` of ${token.userName}` : ''}`}
                    onRotate={
                      token.userName === me.name ? () => setQuestion({ kind: 'rotate', token }) : null
                    }
                    onRevoke={() => setQuestion({ kind: 'revoke', token })}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {question?.kind === 'rotate' && (
        <RotateSecret
          noun="token"
          name={question.token.name}
          atOnce="what uses it is refused at once"
          rotate={(graceSeconds) => account.rotateToken(question.token.id, graceSeconds)}
          queryKey={['tokens']}
          onClose={close}
        />
      )}
      {question?.kind === 'revoke' && (
        <Removal
          title={`Revoke “${question.token.name}”?`}
          confirmLabel="Revoke token"
          busyLabel="Revoking…"
          remove={() => account.revokeToken(question.token.id)}
          queryKey={['tokens']}
          testId="revoke-dialog"
          onClose={close}
        >
          <p>What uses it is refused at once, and so are tokens that it took the place of.</p>
        </Removal>
      )}
    </>
  );
}
