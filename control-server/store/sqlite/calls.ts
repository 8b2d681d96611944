import { readInstant } from '../instant.ts';
import type { Retention } from '../retention.ts';
import type { StoreCallName, StoreCalls } from '../store-calls.ts';
import { createAccessCalls } from './access-calls.ts';
import { expireBreakpoints } from './breakpoint-limits.ts';
import { registerLabel } from './breakpoint-registration.ts';
import * as breakpoints from './breakpoints.ts';
import { read, write } from './call.ts';
import type { Call } from './call.ts';
import type { Database } from './database.ts';
import * as killSwitches from './kill-switches.ts';
import { readServiceState } from './service-state.ts';
import { countServicesByKey, listServices, touchService } from './services.ts';
import * as settings from './settings-documents.ts';
import { createSnapshotCalls } from './snapshot-calls.ts';
import { createStatsReader } from './stats.ts';
import type { CommitFigures } from './stats.ts';
import { startNewEpoch } from './state-versions.ts';
import * as webhookQueue from './webhook-queue.ts';
import * as webhooks from './webhooks.ts';

/** The one table of what the store's thread does. */
export type CallTable = { readonly [Name in StoreCallName]: Call<StoreCalls[Name]> };

/** The table over one connection. */
export function createCallTable(
  database: Database,
  retention: Retention,
  readCommits: () => CommitFigures,
): CallTable {
  return {
    readStats: read(createStatsReader(database, readCommits)),
    ping: read(() => database.get('SELECT number FROM meta') !== undefined),
    startNewEpoch: write((nowIso) => startNewEpoch(database, readInstant(nowIso, 'now'))),

    listServices: read((nowIso) => listServices(database, nowIso)),
    touchService: write((ref, nowIso, bringer) => ({
      created: touchService(database, ref, readInstant(nowIso, 'now'), bringer),
    })),
    countServicesByKey: read(() => countServicesByKey(database)),
    readServiceState: read((ref, nowIso) => readServiceState(database, ref, nowIso)),

    listBreakpoints: read((filter) => breakpoints.listBreakpoints(database, filter)),
    readBreakpoint: read((id) => breakpoints.readBreakpoint(database, id)),
    registerLabel: write((environment, registration, nowIso, enabledWhenNew) =>
      registerLabel(database, environment, registration, nowIso, enabledWhenNew),
    ),
    createBreakpoint: write((breakpoint, nowIso) =>
      breakpoints.createBreakpoint(database, breakpoint, nowIso),
    ),
    patchBreakpoint: write((id, patch, expectedVersion, nowIso) =>
      breakpoints.patchBreakpoint(database, id, patch, expectedVersion, nowIso),
    ),
    deleteBreakpoint: write((id, expectedVersion) =>
      breakpoints.deleteBreakpoint(database, id, expectedVersion),
    ),
    expireBreakpoints: write((nowIso) => expireBreakpoints(database, nowIso)),

    listKillSwitches: read(() => killSwitches.listKillSwitches(database)),
    setKillSwitch: write((wanted, nowIso) => killSwitches.setKillSwitch(database, wanted, nowIso)),
    setKillSwitchLate: write((wanted, atIso) => killSwitches.setKillSwitchLate(database, wanted, atIso)),
    expireKillSwitches: write((nowIso) => killSwitches.expireKillSwitches(database, nowIso)),

    ...createSnapshotCalls(database, retention),

    readSettingsDocument: read((serviceName) => settings.readSettingsDocument(database, serviceName)),
    writeSettingsDocument: write((serviceName, document, expectedVersion, by, nowIso) =>
      settings.writeSettingsDocument(database, serviceName, document, expectedVersion, by, nowIso),
    ),

    createWebhook: write((webhook) => webhooks.createWebhook(database, webhook)),
    listWebhooks: read(() => webhooks.listWebhooks(database)),
    readWebhook: read((id) => webhooks.readWebhook(database, id)),
    changeWebhook: write((id, change, expectedVersion, nowIso) =>
      webhooks.changeWebhook(database, id, change, expectedVersion, nowIso),
    ),
    deleteWebhook: write((id) => webhooks.deleteWebhook(database, id)),
    queueWebhookNotice: write((notice, nowIso) => webhookQueue.queueWebhookNotice(database, notice, nowIso)),
    claimWebhookDelivery: write((busyWebhookIds, leaseMs, nowIso) =>
      webhookQueue.claimWebhookDelivery(database, busyWebhookIds, leaseMs, nowIso),
    ),
    finishWebhookDelivery: write((result, nowIso) =>
      webhookQueue.finishWebhookDelivery(database, result, nowIso),
    ),
    listWebhookDeliveries: read((webhookId) => webhookQueue.listWebhookDeliveries(database, webhookId)),

    ...createAccessCalls(database),
  };
}
