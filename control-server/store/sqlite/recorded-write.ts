import type { KillSwitch } from '../../../src/protocol/api-kill-switch.ts';
import type { AuditStamp, RecordedCallName, RecordedChanges } from '../audit-store.ts';
import type { WantedKillSwitch } from '../kill-switch-store.ts';
import { describeChange, isRecorded } from '../recorded-change.ts';
import { readUserById } from './accounts.ts';
import { recordAudit } from './audit.ts';
import { readBreakpoint } from './breakpoints.ts';
import type { Database } from './database.ts';
import { readKey } from './keys.ts';
import { listKillSwitches } from './kill-switches.ts';
import { readSettingsDocument } from './settings-documents.ts';
import { readToken } from './tokens.ts';
import { readWebhook } from './webhooks.ts';

type Args<Name extends RecordedCallName> = Parameters<RecordedChanges[Name]>;

/** What stood there before a change, for those that change something that was there. */
const READ_BEFORE: {
  readonly [Name in RecordedCallName]?: (database: Database, ...args: Args<Name>) => unknown;
} = {
  patchBreakpoint: (database, id) => readBreakpoint(database, id),
  setKillSwitch: readKillSwitch,
  setKillSwitchLate: readKillSwitch,
  replaceKey: (database, id) => readKey(database, id),
  revokeKey: (database, id) => readKey(database, id),
  updateUser: (database, id) => readUserById(database, id),
  deleteUser: (database, id) => readUserById(database, id),
  replaceToken: (database, id) => readToken(database, id),
  revokeToken: (database, id) => readToken(database, id),
  writeSettingsDocument: (database, serviceName) => readSettingsDocument(database, serviceName),
  changeWebhook: (database, id) => readWebhook(database, id),
  deleteWebhook: (database, id) => readWebhook(database, id),
};

function readKillSwitch(database: Database, wanted: WantedKillSwitch): KillSwitch | null {
  const { scope, serviceName, environment, instanceId = null } = wanted;
  const found = listKillSwitches(database).find(
    (known) =>
      known.scope === scope &&
      known.serviceName === serviceName &&
      known.environment === environment &&
      known.instanceId === instanceId,
  );
  return found ?? null;
}

/**
 * Runs a change and adds its entry, in the transaction that is open: both stay, or neither. Throws for a call that has no
 * entry, which the types of the store rule out.
 */
export function runRecorded(
  database: Database,
  stamp: AuditStamp,
  name: string,
  args: readonly unknown[],
  run: () => unknown,
): unknown {
  if (!isRecorded(name)) throw new Error(`The change ${name} cannot be recorded.`);
  // oxlint-disable-next-line no-unsafe-type-assertion -- as the union of all functions of a table, see sqlite-worker
  const readBefore = READ_BEFORE[name] as
    ((database: Database, ...values: readonly unknown[]) => unknown) | undefined;
  const before = readBefore?.(database, ...args) ?? null;
  const result = run();
  for (const change of describeChange(name, args, result, before))
    recordAudit(database, { ...stamp, ...change });
  return result;
}
