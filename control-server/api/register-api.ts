import type { App } from '../http/app.ts';
import { guardRoutes } from './access.ts';
import { registerAccount } from './account.ts';
import { registerAgents } from './agents.ts';
import { registerAudit } from './audit.ts';
import { registerBackup } from './backup.ts';
import { registerBreakpoints } from './breakpoints.ts';
import type { ApiDependencies } from './dependencies.ts';
import { registerEvents } from './events.ts';
import { registerHealth, registerProbes } from './health.ts';
import { registerKeyUsage } from './key-usage.ts';
import { registerKeys } from './keys.ts';
import { registerKillSwitch } from './kill-switch.ts';
import { registerMetrics } from './metrics.ts';
import { registerLabelCounts } from './label-counts.ts';
import { registerNodes } from './nodes.ts';
import { collectDocumentation, registerOpenapi } from './openapi.ts';
import { registerOidc } from './oidc.ts';
import { registerServices } from './services.ts';
import { registerSession } from './session.ts';
import { registerSources } from './sources.ts';
import { registerSnapshotExport } from './snapshot-export.ts';
import { registerSnapshotImport } from './snapshot-import.ts';
import { registerSettings } from './settings.ts';
import { registerSnapshots } from './snapshots.ts';
import { registerTokens } from './tokens.ts';
import { registerUsers } from './users.ts';
import { registerWebhooks } from './webhooks.ts';

/** Everything that the dashboard, the command line and scripts call, under `/api`; probes and metrics beside it. */
export async function registerApi(app: App, deps: ApiDependencies): Promise<void> {
  const readDocumentation = collectDocumentation(app, deps.serverVersion);
  registerMetrics(app, deps);
  registerProbes(app, deps);
  await app.register(
    (api, _options, done) => {
      guardRoutes(api, deps);
      registerSession(api, deps);
      registerOidc(api, deps);
      registerAccount(api, deps);
      registerServices(api, deps);
      registerAgents(api, deps);
      registerLabelCounts(api, deps);
      registerSources(api, deps);
      registerBreakpoints(api, deps);
      registerSnapshots(api, deps);
      registerSnapshotExport(api, deps);
      registerSnapshotImport(api, deps);
      registerBackup(api, deps);
      registerKillSwitch(api, deps);
      registerKeys(api, deps);
      registerKeyUsage(api, deps);
      registerWebhooks(api, deps);
      registerSettings(api, deps);
      registerUsers(api, deps);
      registerTokens(api, deps);
      registerAudit(api, deps);
      registerEvents(api, deps);
      registerHealth(api, deps);
      registerNodes(api, deps);
      registerOpenapi(api, readDocumentation);
      done();
    },
    { prefix: '/api' },
  );
}
