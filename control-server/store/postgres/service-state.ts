import { formatStateVersion } from '../../../src/protocol/state-version.ts';
import { readInstant } from '../instant.ts';
import { toBreakpoint } from '../rows/breakpoint-row.ts';
import type { BreakpointRow } from '../rows/breakpoint-row.ts';
import { killedBy, toKillSwitch } from '../rows/kill-switch-row.ts';
import type { KillSwitchRow } from '../rows/kill-switch-row.ts';
import type { ServiceRef, ServiceState } from '../service-store.ts';
import type { Session } from './database.ts';
import { VERSION_COLUMNS } from './state-versions.ts';

interface StateRow {
  readonly epoch: number;
  readonly rev: number;
  readonly breakpoints: readonly BreakpointRow[] | null;
  readonly switches: readonly KillSwitchRow[] | null;
}

/**
 * What the agents of a service are told: all breakpoints but those whose time has passed. In one statement: a change that
 * is committed meanwhile is in all parts of it or in none.
 */
export async function readServiceState(
  session: Session,
  ref: ServiceRef,
  nowIso: string,
): Promise<ServiceState> {
  const { environment, serviceName } = ref;
  const row = await session.get<StateRow>(
    `SELECT ${VERSION_COLUMNS},
       (SELECT json_agg(k) FROM kill_switch k WHERE is_on = 1) AS switches,
       (SELECT json_agg(b ORDER BY created_at, id) FROM breakpoint b
         WHERE environment = :environment AND service_name = :serviceName
           AND (expire_at IS NULL OR expire_at > :nowMs)) AS breakpoints`,
    { environment, serviceName, nowMs: readInstant(nowIso, 'now') },
  );
  return {
    environment,
    serviceName,
    breakpoints: (row?.breakpoints ?? []).map(toBreakpoint),
    killed: killedBy((row?.switches ?? []).map(toKillSwitch))(ref),
    version: formatStateVersion(row ?? { epoch: 0, rev: 0 }),
  };
}
