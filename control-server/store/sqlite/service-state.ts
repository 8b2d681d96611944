import type { BreakpointResource } from '../../../src/protocol/api.ts';
import { readInstant } from '../instant.ts';
import { toBreakpoint } from '../rows/breakpoint-row.ts';
import type { BreakpointRow } from '../rows/breakpoint-row.ts';
import type { ServiceRef, ServiceState } from '../service-store.ts';
import type { Database } from './database.ts';
import { readKilled } from './kill-switches.ts';
import { versionOf } from './state-versions.ts';

/** What the agents of a service are told. A service that nobody has seen has no breakpoints. */
export function readServiceState(database: Database, ref: ServiceRef, nowIso: string): ServiceState {
  return {
    environment: ref.environment,
    serviceName: ref.serviceName,
    breakpoints: listArmable(database, ref, readInstant(nowIso, 'now')),
    killed: readKilled(database)(ref),
    version: versionOf(database, ref.environment),
  };
}

/** What a service's agents are told: all but those whose time has passed. */
function listArmable(database: Database, ref: ServiceRef, nowMs: number): BreakpointResource[] {
  return database
    .all<BreakpointRow>(
      `SELECT * FROM breakpoint
       WHERE environment = :environment AND service_name = :serviceName
         AND (expire_at IS NULL OR expire_at > :nowMs)
       ORDER BY created_at, id`,
      { environment: ref.environment, serviceName: ref.serviceName, nowMs },
    )
    .map(toBreakpoint);
}
