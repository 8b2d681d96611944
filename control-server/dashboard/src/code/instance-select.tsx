import type { ReactElement } from 'react';
import type { SourceInstance } from '../../../../src/protocol/api-source.ts';
import type { AgentSummary } from '../../../../src/protocol/api.ts';
import { shortId } from '../../../wording/code-place.ts';
import { instanceName } from './instance-name.ts';

/** Whose code is shown; nothing to choose while one instance runs. */
export function InstanceSelect({
  instances,
  agents,
  chosen,
  onChoose,
}: {
  /** Those that were asked. */
  readonly instances: readonly SourceInstance[];
  /** Those that run. */
  readonly agents: readonly AgentSummary[];
  readonly chosen: string | null;
  readonly onChoose: (instance: string | null) => void;
}): ReactElement | null {
  const names = new Map<string, string>();
  if (chosen !== null) names.set(chosen, `${shortId(chosen)} (gone)`);
  for (const { instanceId, address, status } of agents) {
    names.set(
      instanceId,
      instanceName({ instanceId, host: address, release: null, commit: null, ...status }),
    );
  }
  for (const instance of instances) names.set(instance.instanceId, instanceName(instance));
  if (names.size < 2 && chosen === null) return null;
  return (
    <select
      className="input select"
      aria-label="Instance"
      value={chosen ?? ''}
      onChange={(event) => onChoose(event.currentTarget.value === '' ? null : event.currentTarget.value)}
      data-testid="code-instance"
    >
      <option value="">All instances</option>
      {[...names].map(([instanceId, name]) => (
        <option key={instanceId} value={instanceId}>
          {name}
        </option>
      ))}
    </select>
  );
}
