import type { StoreCalls } from '../store-calls.ts';
import { readInstant } from '../instant.ts';
import * as accounts from './accounts.ts';
import * as audit from './audit.ts';
import { expireBreakpoints } from './breakpoint-limits.ts';
import * as breakpoints from './breakpoints.ts';
import type { Session } from './database.ts';
import { findEndedAccess } from './ended-access.ts';
import * as invitations from './invitations.ts';
import * as keys from './keys.ts';
import * as killSwitches from './kill-switches.ts';
import { readSearchLag } from './search-index.ts';
import { readServiceState } from './service-state.ts';
import { countServicesByKey, listServices, touchService } from './services.ts';
import * as sessions from './sessions.ts';
import * as settings from './settings-documents.ts';
import { deleteSnapshot, pinSnapshot } from './snapshot-usage.ts';
import { startNewEpoch } from './state-versions.ts';
import * as tokens from './tokens.ts';
import * as webhookQueue from './webhook-queue.ts';
import * as webhooks from './webhooks.ts';

/**
 * How a call runs: `read` on any connection; `write` in a transaction; `rare` in one that comes after every other rare
 * one, since it counts or compares before it writes.
 */
export interface Call<Run> {
  readonly access: 'read' | 'write' | 'rare';
  readonly run: Run;
}

type Asynchronous<Run> = Run extends (...args: infer Args) => infer Result
  ? (session: Session, ...args: Args) => Promise<Result>
  : never;

/** Names of the calls that are one statement or one transaction. */
export type CallName = Exclude<
  keyof StoreCalls,
  | 'storeSnapshots'
  | 'importSnapshots'
  | 'listSnapshotPart'
  | 'readSnapshotBodies'
  | 'sweepSlice'
  | 'indexSlice'
  | 'readStats'
  | 'ping'
>;

/** Every call by its name. */
export type CallTable = { readonly [Name in CallName]: Call<Asynchronous<StoreCalls[Name]>> };

/** @param maxPinnedBytes bytes of all pinned snapshots together */
export function createCallTable(maxPinnedBytes: number): CallTable {
  return {
    startNewEpoch: write((session, nowIso) => startNewEpoch(session, readInstant(nowIso, 'now'))),

    listServices: read(listServices),
    touchService: write(async (session, ref, nowIso, bringer) => ({
      created: await touchService(session, ref, readInstant(nowIso, 'now'), bringer),
    })),
    countServicesByKey: read(countServicesByKey),
    readServiceState: read(readServiceState),

    listBreakpoints: read(breakpoints.listBreakpoints),
    readBreakpoint: read(breakpoints.readBreakpoint),
    registerLabel: write(breakpoints.registerLabel),
    createBreakpoint: write(breakpoints.createBreakpoint),
    patchBreakpoint: write(breakpoints.patchBreakpoint),
    deleteBreakpoint: write(breakpoints.deleteBreakpoint),
    expireBreakpoints: write(expireBreakpoints),

    listKillSwitches: read(killSwitches.listKillSwitches),
    setKillSwitch: write(killSwitches.setKillSwitch),
    setKillSwitchLate: write(killSwitches.setKillSwitchLate),
    expireKillSwitches: write(killSwitches.expireKillSwitches),

    deleteSnapshot: write(deleteSnapshot),
    pinSnapshot: write((session, id, isPinned) => pinSnapshot(session, id, isPinned, maxPinnedBytes)),
    readSearchLag: read(readSearchLag),

    readSettingsDocument: read(settings.readSettingsDocument),
    writeSettingsDocument: rare(settings.writeSettingsDocument),

    createWebhook: rare(webhooks.createWebhook),
    listWebhooks: read(webhooks.listWebhooks),
    readWebhook: read(webhooks.readWebhook),
    changeWebhook: rare(webhooks.changeWebhook),
    deleteWebhook: write(webhooks.deleteWebhook),
    queueWebhookNotice: write(webhookQueue.queueWebhookNotice),
    claimWebhookDelivery: write(webhookQueue.claimWebhookDelivery),
    finishWebhookDelivery: write(webhookQueue.finishWebhookDelivery),
    listWebhookDeliveries: read(webhookQueue.listWebhookDeliveries),

    createKey: write(keys.createKey),
    readKey: read(keys.readKey),
    listKeys: read(keys.listKeys),
    touchKey: write(keys.touchKey),
    revokeKey: write(keys.revokeKey),
    replaceKey: write(keys.replaceKey),

    countUsers: read(accounts.countUsers),
    listUsers: read(accounts.listUsers),
    createUser: rare(accounts.createUser),
    createFirstUser: rare(accounts.createFirstUser),
    readUser: read(accounts.readUser),
    readUserById: read(accounts.readUserById),
    readUserByIdentity: read(accounts.readUserByIdentity),
    updateUser: rare(accounts.updateUser),
    deleteUser: rare(accounts.deleteUser),
    noteSignIn: write(accounts.noteSignIn),

    createInvitation: write(invitations.createInvitation),
    holdsInvitation: read(invitations.holdsInvitation),
    redeemInvitation: rare(invitations.redeemInvitation),

    createSession: write(sessions.createSession),
    readSession: read(sessions.readSession),
    listSessions: read(sessions.listSessions),
    touchSession: write(sessions.touchSession),
    deleteSession: write(sessions.deleteSession),
    deleteSessionsOf: write(sessions.deleteSessionsOf),

    createToken: rare(tokens.createToken),
    readToken: read(tokens.readToken),
    listTokens: read(tokens.listTokens),
    touchToken: write(tokens.touchToken),
    revokeToken: write(tokens.revokeToken),
    replaceToken: rare(tokens.replaceToken),

    findEndedAccess: read(findEndedAccess),
    recordAudit: write(audit.recordAudit),
    listAudit: read(audit.listAudit),
  };
}

function read<Run>(run: Run): Call<Run> {
  return { access: 'read', run };
}

function write<Run>(run: Run): Call<Run> {
  return { access: 'write', run };
}

function rare<Run>(run: Run): Call<Run> {
  return { access: 'rare', run };
}
