import type { ReactElement, ReactNode } from 'react';
import type { AgentSummary } from '../../../../src/protocol/api.ts';
import { shortId } from '../../../wording/code-place.ts';
import { formatCount } from '../../../wording/quantity.ts';
import { formatClock, formatDuration, formatInstant } from '../../../wording/time.ts';
import { Status } from '../ui/chip.tsx';
import { Age, useNowMs } from '../ui/clock.tsx';
import { Icon } from '../ui/icons.tsx';
import { AgentStop } from './agent-stop.tsx';
import { breakerWords, captureWords, dropLines, streamWords } from './agent-words.ts';
import type { StateWords } from './agent-words.ts';
import { DropList } from './drop-list.tsx';

/** One instance: where it runs, what it does, what it counted. */
export function AgentCard({ agent }: { readonly agent: AgentSummary }): ReactElement {
  const nowMs = useNowMs();
  const { status, connectionLostAt } = agent;
  const upUntilMs = connectionLostAt === null ? nowMs : Date.parse(connectionLostAt);
  return (
    <li className="agent" data-testid="agent" data-instance-id={agent.instanceId}>
      <div className="agent-identity">
        <h2 className="agent-host break-anywhere">{status?.host ?? agent.address}</h2>
        <p className="sub-line">
          {status !== null && <span>pid {status.pid}</span>}
          <code title={agent.instanceId}>{shortId(agent.instanceId)}</code>
        </p>
        <p className="sub-line break-anywhere">
          {status === null ? agent.userAgent : `agent ${status.agentVersion} · ${status.runtime}`}
        </p>
        {status !== null && (status.release !== null || status.commit !== null) && (
          <p className="sub-line">
            {status.release !== null && <span>{status.release}</span>}
            {status.commit !== null && <code title={status.commit}>{shortId(status.commit)}</code>}
          </p>
        )}
      </div>
      <dl className="agent-states">
        <State name="Stream" state={streamWords(agent)} />
        <State name="Capture" state={captureWords(agent)} />
        <State name="Breaker" state={breakerWords(agent)} />
        <Figure name={status === null ? 'Connected' : 'Uptime'}>
          <span title={formatInstant(status?.startedAt ?? agent.connectedAt)}>
            {formatDuration(upUntilMs - Date.parse(status?.startedAt ?? agent.connectedAt))}
          </span>
        </Figure>
        <Figure name="Last seen">
          <Age instant={agent.lastSeenAt} />
        </Figure>
      </dl>
      {status === null ? (
        <p className="agent-figures muted">This client does not report what it does.</p>
      ) : (
        <div className="agent-figures">
          <dl className="figures">
            <Figure name="Captured">{formatCount(status.captured)}</Figure>
            <Figure name="Stored">{formatCount(status.stored)}</Figure>
            <Figure name="Waiting">{formatCount(status.queued)}</Figure>
            {status.spooled > 0 && <Figure name="Kept in files">{formatCount(status.spooled)}</Figure>}
            {status.unconfirmed > 0 && (
              <Figure name="Unconfirmed">
                <span title="Sent, without an answer: they wait, are kept or were lost, and the server may have them">
                  {formatCount(status.unconfirmed)}
                </span>
              </Figure>
            )}
          </dl>
          <Drops agent={agent} />
        </div>
      )}
      {connectionLostAt === null ? <AgentStop agent={agent} /> : <Lost since={connectionLostAt} />}
      {typeof status?.lastError === 'string' && (
        <p className="agent-error">
          <Icon name="alert" size={14} />
          <span className="break-anywhere">{status.lastError}</span>
        </p>
      )}
    </li>
  );
}

function Lost({ since }: { readonly since: string }): ReactElement {
  const nowMs = useNowMs();
  return (
    <p className="agent-error" data-testid="connection-lost">
      <Icon name="alert" size={14} />
      <span>
        Connection lost at {formatClock(since, nowMs)}, <Age instant={since} />: the process ended, was killed
        or is cut off. Its figures are the last ones that it reported. Unless it comes back, it leaves this
        list after a minute.
      </span>
    </p>
  );
}

function State({ name, state }: { readonly name: string; readonly state: StateWords }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Status tone={state.tone}>{state.words}</Status>
      </dd>
    </div>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Drops({ agent }: { readonly agent: AgentSummary }): ReactElement {
  const dropped = agent.status?.dropped ?? {};
  if (dropLines(dropped).length === 0) return <p className="sub-line">Nothing was lost.</p>;
  return (
    <section className="drops-by-reason">
      <h3 className="drops-title">Calls that became no snapshot</h3>
      <DropList dropped={dropped} />
    </section>
  );
}
