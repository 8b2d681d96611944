import type { ReactElement } from 'react';
import type { AuditActorKind, AuditEntry } from '../../../../src/protocol/api-audit.ts';
import { formatClock, formatInstant } from '../../../wording/time.ts';
import { Chip } from '../ui/chip.tsx';
import { useNowMs } from '../ui/clock.tsx';
import { changedWords, targetName } from './entry-words.ts';

const ACTOR_WORDS: Readonly<Record<AuditActorKind, string>> = {
  person: '',
  token: 'by a token',
  local: 'on the server',
  key: 'an agent’s key',
  system: 'the server itself',
};

/** Entries of the audit; what was there before and after opens below. */
export function AuditTable({ entries }: { readonly entries: readonly AuditEntry[] }): ReactElement {
  const nowMs = useNowMs();
  return (
    <table className="table audit" data-testid="audit-table">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">Target</th>
          <th scope="col">Address</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id} data-testid="audit-row">
            <td data-label="When" className="audit-when muted">
              <time dateTime={entry.at} title={formatInstant(entry.at)}>
                {formatClock(entry.at, nowMs)}
              </time>
            </td>
            <th scope="row" className="cell-main">
              {entry.actor}
              {ACTOR_WORDS[entry.actorKind] !== '' && <Chip>{ACTOR_WORDS[entry.actorKind]}</Chip>}
            </th>
            <td data-label="What">
              <Change entry={entry} />
            </td>
            <td data-label="Target">
              <Target entry={entry} />
            </td>
            <td data-label="Address" className="muted">
              {entry.ip ?? '–'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Target({ entry }: { readonly entry: AuditEntry }): ReactElement {
  const name = targetName(entry);
  return (
    <>
      {name !== null && <span className="audit-name break-anywhere">{name}</span>}
      <code className={name === null ? 'break-anywhere' : 'sub-line break-anywhere'}>{entry.target}</code>
    </>
  );
}

function Change({ entry }: { readonly entry: AuditEntry }): ReactElement {
  const sides = [
    ['Before', entry.before],
    ['After', entry.after],
  ] as const;
  const shown = sides.filter(([, value]) => value !== null);
  if (shown.length === 0) return <code>{entry.action}</code>;
  return (
    <details className="call-counts">
      <summary>
        <code>{entry.action}</code>
        {changedWords(entry).map((words) => (
          <span key={words} className="sub-line break-anywhere">
            {words}
          </span>
        ))}
      </summary>
      {shown.map(([name, value]) => (
        <div key={name} className="audit-side">
          <span className="faint">{name}</span>
          <pre tabIndex={0} aria-label={name}>
            {JSON.stringify(value, null, 2)}
          </pre>
        </div>
      ))}
    </details>
  );
}
