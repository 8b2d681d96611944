import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import type { ServiceSummary } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import { InstallSnippet } from '../keys/install-snippet.tsx';
import { SecretOnce } from '../secrets/secret-once.tsx';
import { servicePath } from '../routes.ts';
import { useMayAdminister } from '../session/session-gate.tsx';
import { Button } from '../ui/button.tsx';
import { Status } from '../ui/chip.tsx';
import { Icon } from '../ui/icons.tsx';
import { failureText } from '../ui/failure-text.ts';

/** How to connect a first service, step by step; turns green when its agent is there. */
export function FirstService({
  services,
  onDone,
}: {
  readonly services: readonly ServiceSummary[];
  readonly onDone: () => void;
}): ReactElement {
  const client = useQueryClient();
  const mayAdminister = useMayAdminister();
  const createKey = useMutation({
    mutationFn: () => api.createKey({ name: 'First key' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['keys'] }),
  });
  const connected = services.find((service) => service.agentsOnline > 0) ?? services[0];
  return (
    <div className="guide" data-testid="first-service">
      <h1 className="page-title">Connect your first service</h1>
      <p className="muted">
        Stillframe takes a still picture of your running program wherever you ask for one, and shows it here.
        It takes about two minutes.
      </p>
      <ol className="steps">
        <Step title="Create a key" isDone={createKey.isSuccess || connected !== undefined}>
          {createKey.data !== undefined ? (
            <SecretOnce secret={createKey.data.secret} />
          ) : connected !== undefined ? (
            <p className="muted">The agent that is connected has one. Further ones: Administration, Keys.</p>
          ) : (
            <>
              <p className="muted">The agent shows this key to the server. You can revoke it at any time.</p>
              {mayAdminister ? (
                <Button
                  tone="primary"
                  icon="key"
                  disabled={createKey.isPending}
                  onClick={() => createKey.mutate()}
                  data-testid="create-first-key"
                >
                  {createKey.isPending ? 'Creating…' : 'Create a key'}
                </Button>
              ) : (
                <p>Ask an administrator for a key: only they create one.</p>
              )}
              {createKey.isError && (
                <p className="field-problem" role="alert">
                  {failureText(createKey.error)}
                </p>
              )}
            </>
          )}
        </Step>
        <Step title="Add the agent to your service" isDone={connected !== undefined}>
          <InstallSnippet secret={createKey.data?.secret ?? null} />
        </Step>
        <Step title="Start it" isDone={connected !== undefined}>
          <div role="status" data-testid="first-agent-status">
            {connected === undefined ? (
              <p className="waiting">
                <Status tone="warn">Waiting for the first agent…</Status>
              </p>
            ) : (
              <div className="connected">
                <Status tone="ok">
                  {connected.name} is connected, in the environment {connected.environment}
                </Status>
                <Link
                  href={servicePath({ environment: connected.environment, serviceName: connected.name })}
                  className="button button-primary"
                >
                  See its snapshots
                </Link>
                <Button tone="quiet" onClick={onDone}>
                  All services
                </Button>
              </div>
            )}
          </div>
        </Step>
      </ol>
    </div>
  );
}

function Step({
  title,
  isDone,
  children,
}: {
  readonly title: string;
  readonly isDone: boolean;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <li className={isDone ? 'step step-done' : 'step'}>
      <h2 className="step-title">
        {title}
        {isDone && (
          <span className="step-check">
            <Icon name="check" />
            <span className="visually-hidden">done</span>
          </span>
        )}
      </h2>
      {children}
    </li>
  );
}
