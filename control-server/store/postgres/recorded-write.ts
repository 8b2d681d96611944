import type { KillSwitch } from '../../../src/protocol/api.ts';
import type { AuditStamp, RecordedCallName, RecordedChanges } from '../audit-store.ts';
import type { WantedKillSwitch } from '../kill-switch-store.ts';
import { describeChange } from '../recorded-change.ts';
import { readUserById } from './accounts.ts';
import { recordAudit } from './audit.ts';
import { readBreakpoint } from './breakpoints.ts';
import type { Session } from './database.ts';
import { readKey } from './keys.ts';
import { listKillSwitches } from './kill-switches.ts';
import { readSettingsDocument } from './settings-documents.ts';
import { readToken } from './tokens.ts';
import { readWebhook } from './webhooks.ts';

type Args<Name extends RecordedCallName> = Parameters<RecordedChanges[Name]>;

/** What stood there before a change, for those that change something that was there. */
const READ_BEFORE: {
  readonly [Name in RecordedCallName]?: (session: Session, ...args: Args<Name>) => Promise<unknown>;
} = {
  patchBreakpoint: readBreakpoint,
  setKillSwitch: readKillSwitch,
  setKillSwitchLate: readKillSwitch,
  replaceKey: readKey,
  revokeKey: readKey,
  updateUser: readUserById,
  deleteUser: readUserById,
  replaceToken: readToken,
  revokeToken: readToken,
  writeSettingsDocument: readSettingsDocument,
  changeWebhook: readWebhook,
  deleteWebhook: readWebhook,
};

async function readKillSwitch(session: Session, wanted: WantedKillSwitch): Promise<KillSwitch | null> {
  const { scope, serviceName, environment, instanceId = null } = wanted;
  const found = (await listKillSwitches(session)).find(
    (known) =>
      known.scope === scope &&
      known.serviceName === serviceName &&
      known.environment === environment &&
      known.instanceId === instanceId,
  );
  return found ?? null;
}

/** Runs a change and adds its entry, in the transaction that is open: both stay, or neither. */
export async function runRecorded(
  session: Session,
  stamp: AuditStamp,
  name: RecordedCallName,
  args: readonly unknown[],
  run: () => Promise<unknown>,
): Promise<unknown> {
  // The functions of a table have no common type; each is called with what the one of its name takes.
  // oxlint-disable-next-line no-unsafe-type-assertion
  const readBefore = READ_BEFORE[name] as
    ((session: Session, ...values: readonly unknown[]) => Promise<unknown>) | undefined;
  const before = (await readBefore?.(session, ...args)) ?? null;
  const result = await run();
  for (const change of describeChange(name, args, result, before)) {
    await recordAudit(session, { ...stamp, ...change });
  }
  return result;
}
