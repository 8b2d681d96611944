import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useMayAdminister } from '../session/session-gate.tsx';
import { Button } from '../ui/button.tsx';
import { Toggle } from '../ui/field.tsx';
import { FailureNotice, Skeleton } from '../ui/notice.tsx';
import { account } from './account-api.ts';
import { CreateToken } from './create-token.tsx';
import { TokensTable } from './tokens-table.tsx';

/** Tokens with which the command line and scripts act for a person. */
export function TokensSection({ hasAccount }: { readonly hasAccount: boolean }): ReactElement {
  const mayAdminister = useMayAdminister();
  const [isOfEverybody, setIsOfEverybody] = useState(!hasAccount);
  const [isCreating, setIsCreating] = useState(false);
  const of = isOfEverybody ? 'everybody' : 'mine';
  const tokens = useQuery({ queryKey: ['tokens', of], queryFn: ({ signal }) => account.tokens(of, signal) });
  return (
    <section className="page-section" aria-labelledby="tokens-title">
      <div className="page-head">
        <h2 id="tokens-title" className="section-title">
          Personal tokens
        </h2>
        <span className="spacer" />
        {mayAdminister && hasAccount && (
          <Toggle label="Those of everybody" checked={isOfEverybody} onChange={setIsOfEverybody} />
        )}
        {hasAccount && (
          <Button tone="primary" icon="plus" onClick={() => setIsCreating(true)} data-testid="create-token">
            New token
          </Button>
        )}
      </div>
      <p className="page-lead">
        With a token, the command line and scripts act for you, from anywhere over https. It may never do more
        than you may.
      </p>
      {tokens.data === undefined ? (
        tokens.isError ? (
          <FailureNotice error={tokens.error} onRetry={() => void tokens.refetch()} />
        ) : (
          <Skeleton lines={3} />
        )
      ) : tokens.data.length === 0 ? (
        <p className="muted">No tokens yet.</p>
      ) : (
        <TokensTable tokens={tokens.data} isOfEverybody={isOfEverybody} />
      )}
      {isCreating && <CreateToken onClose={() => setIsCreating(false)} />}
    </section>
  );
}
