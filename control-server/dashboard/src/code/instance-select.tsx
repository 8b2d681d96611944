import type { ReactElement } from 'react';
import type { SourceInstance } from '../../../../src/protocol/api-source.ts';
import { instanceName } from './instance-notice.tsx';

/** Whose code is shown; nothing to choose while one instance runs. */
export function InstanceSelect({
  instances,
  chosen,
  onChoose,
}: {
  readonly instances: readonly SourceInstance[];
  readonly chosen: string | null;
  readonly onChoose: (instance: string | null) => void;
}): ReactElement | null {
  const isKnown = instances.some(({ instanceId }) => instanceId === chosen);
  if (instances.length < 2 && (chosen === null || isKnown)) return null;
  return (
    <select
      className="input select"
      aria-label="Instance"
      value={chosen ?? ''}
      onChange={(event) => onChoose(event.currentTarget.value === '' ? null : event.currentTarget.value)}
      data-testid="code-instance"
    >
      <option value="">All instances</option>
      {chosen !== null && !isKnown && <option value={chosen}>{chosen} (gone)</option>}
      {instances.map((instance) => (
        <option key={instance.instanceId} value={instance.instanceId}>
          {instanceName(instance)}
        </option>
      ))}
    </select>
  );
}
