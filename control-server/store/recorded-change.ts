import { isRecord } from '../../src/protocol/json.ts';
import type { RecordedCallName, RecordedChanges } from './audit-store.ts';
import type { KillSwitchControlChange } from './kill-switch-store.ts';
import type { ControlChange } from './service-store.ts';
import type { KillSwitchName } from './unwritten-kills.ts';

/** What one committed change was about, for its entry in the audit. */
export interface RecordedChange {
  readonly target: string;
  readonly before: unknown;
  readonly after: unknown;
}

type Args<Name extends RecordedCallName> = Parameters<RecordedChanges[Name]>;
type Result<Name extends RecordedCallName> = Awaited<ReturnType<RecordedChanges[Name]>>;
type Describe<Name extends RecordedCallName> = (
  args: Args<Name>,
  result: Result<Name>,
  before: unknown,
) => readonly RecordedChange[];

/**
 * How each change is told. `before` is what {@link RecordedChange.before} is to be, read by the store in the same
 * transaction before the change; null where the store reads nothing.
 */
const DESCRIBE: { readonly [Name in RecordedCallName]: Describe<Name> } = {
  createBreakpoint: (_, change, before) => describeControl(change, before),
  patchBreakpoint: (_, change, before) => (change === null ? [] : describeControl(change, before)),
  deleteBreakpoint: (_, change, before) => (change === null ? [] : describeControl(change, before)),
  expireBreakpoints: (_, changes) => changes.flatMap((change) => describeControl(change, null)),
  registerLabel: (_, { change, created }) =>
    change === null || !created ? [] : describeControl(change, null),
  setKillSwitch: (_, change, before) => describeControl(change, before),
  setKillSwitchLate: ([, at], change, before) =>
    wasWritten(change, at, before) ? [] : describeControl(change, before),
  expireKillSwitches: (_, changes) => changes.flatMap((change) => describeControl(change, null)),
  deleteSnapshot: ([id], isDeleted) =>
    isDeleted ? [{ target: `snapshot/${id}`, before: null, after: null }] : [],
  pinSnapshot: ([id, pinned], isKnown) =>
    isKnown ? [{ target: `snapshot/${id}`, before: null, after: { pinned } }] : [],

  createKey: ([key]) => [{ target: `key/${key.id}`, before: null, after: key }],
  replaceKey: ([id, successor, graceEndsAt], isReplaced, before) =>
    isReplaced
      ? [{ target: `key/${id}`, before, after: { replacedBy: successor.id, graceEndsAt, successor } }]
      : [],
  revokeKey: ([id, revokedAt], isRevoked, before) =>
    isRevoked ? [{ target: `key/${id}`, before, after: { revokedAt } }] : [],

  createUser: ([user]) => [{ target: `user/${user.id}`, before: null, after: user }],
  createFirstUser: ([user], isCreated) =>
    isCreated ? [{ target: `user/${user.id}`, before: null, after: user }] : [],
  updateUser: ([id], user, before) =>
    user === null || JSON.stringify(user) === JSON.stringify(before)
      ? []
      : [{ target: `user/${id}`, before, after: user }],
  deleteUser: ([id], isDeleted, before) => (isDeleted ? [{ target: `user/${id}`, before, after: null }] : []),
  createInvitation: ([invitation]) => [
    { target: `user/${invitation.userId}`, before: null, after: { invitedUntil: invitation.expiresAt } },
  ],
  redeemInvitation: (_, user) =>
    user === null ? [] : [{ target: `user/${user.id}`, before: null, after: user }],
  deleteSession: ([idHash], _result, before) => [{ target: sessionTarget(idHash), before, after: null }],
  deleteSessionsOf: ([userId], ended) =>
    ended.length === 0 ? [] : [{ target: `user/${userId}`, before: { sessions: ended.length }, after: null }],

  createToken: ([token]) => [{ target: `token/${token.id}`, before: null, after: token }],
  replaceToken: ([id, successor, graceEndsAt], isReplaced, before) =>
    isReplaced
      ? [{ target: `token/${id}`, before, after: { replacedBy: successor.id, graceEndsAt, successor } }]
      : [],
  revokeToken: ([id, revokedAt], isRevoked, before) =>
    isRevoked ? [{ target: `token/${id}`, before, after: { revokedAt } }] : [],

  writeSettingsDocument: ([serviceName], document, before) => [
    {
      target: serviceName === null ? 'settings' : `settings/${serviceName}`,
      before: unwrapDocument(before),
      after: unwrapDocument(document),
    },
  ],
  createWebhook: ([webhook]) => [{ target: `webhook/${webhook.id}`, before: null, after: webhook }],
  changeWebhook: ([id], webhook, before) =>
    webhook === null ? [] : [{ target: `webhook/${id}`, before, after: webhook }],
  deleteWebhook: ([id], isDeleted, before) =>
    isDeleted ? [{ target: `webhook/${id}`, before, after: null }] : [],
};

/** True for the name of a change that has an entry. */
export function isRecorded(name: string): name is RecordedCallName {
  return Object.hasOwn(DESCRIBE, name);
}

/**
 * The entries of a change that was made; none when it changed nothing.
 * @param args what the change was called with, and `result` what it gave
 */
export function describeChange(
  name: RecordedCallName,
  args: readonly unknown[],
  result: unknown,
  before: unknown,
): readonly RecordedChange[] {
  // The caller hands on what it ran by this very name, which a union of functions cannot express.
  // oxlint-disable-next-line no-unsafe-type-assertion
  const describe = DESCRIBE[name] as (a: unknown, b: unknown, c: unknown) => readonly RecordedChange[];
  return describe(args, result, before);
}

/** By the start of its hash, as lists of sessions name it. */
function sessionTarget(idHash: string): string {
  return `session/${idHash.slice(0, 16)}`;
}

/** Which switch is meant, as entries name it. */
export function killSwitchTarget(killSwitch: KillSwitchName): string {
  const { scope, serviceName, environment, instanceId } = killSwitch;
  return `kill_switch/${[scope, serviceName, environment, instanceId].filter((part) => part !== null).join('/')}`;
}

/** True when the first attempt to write it succeeded after all, after the answer had been waited for long enough. */
function wasWritten({ killSwitch }: KillSwitchControlChange, at: string, before: unknown): boolean {
  return (
    Date.parse(killSwitch.at ?? '') === Date.parse(at) &&
    JSON.stringify(killSwitch) === JSON.stringify(before)
  );
}

function describeControl(change: ControlChange, before: unknown): readonly RecordedChange[] {
  if (change.kind === 'kill_switch') {
    return [{ target: killSwitchTarget(change.killSwitch), before, after: change.killSwitch }];
  }
  const target = `breakpoint/${change.breakpoint.id}`;
  return change.kind === 'breakpoint_deleted'
    ? [{ target, before: change.breakpoint, after: null }]
    : [{ target, before, after: change.breakpoint }];
}

/** Settings as JSON, not as a text of JSON. */
function unwrapDocument(settings: unknown): unknown {
  if (!isRecord(settings) || typeof settings['document'] !== 'string') return null;
  const document: unknown = JSON.parse(settings['document']);
  return document;
}

/** Fields of what a store keeps that are a secret, or say something of one. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'passwordHash',
  'secretHash',
  'codeHash',
  'idHash',
  'secrets',
]);

/** The JSON of one side of an entry, without hashes of secrets; null for nothing. */
export function encodeAuditSide(side: unknown): string | null {
  if (side === null || side === undefined) return null;
  return JSON.stringify(side, (name, value: unknown) => (SECRET_FIELDS.has(name) ? undefined : value));
}
