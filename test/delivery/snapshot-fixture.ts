import type { Log } from '../../src/log.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { aSnapshot } from '../helpers/a-snapshot.ts';

/** A snapshot as an agent hands it over, whose id ends in `number`. */
export function snapshotOf(number: number, variables: Snapshot['variables'] = { number }): Snapshot {
  return aSnapshot({
    snapshotId: `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`,
    breakpointId: 'b-1',
    variables,
    environment: 'default',
    host: 'host-1',
    instanceId: 'i-1',
    scrubbed: { version: '1' },
  });
}

/** A log that remembers what it was told. */
export interface RecordingLog extends Log {
  readonly warnings: string[];
}

/** Codes of warnings in the order of their coming. */
export function recordingLog(): RecordingLog {
  const warnings: string[] = [];
  return {
    warnings,
    problem(code) {
      warnings.push(code);
    },
    warn(code) {
      warnings.push(code);
    },
    debug() {},
  };
}
