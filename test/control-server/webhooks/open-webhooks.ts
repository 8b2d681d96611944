import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';
import type { Store } from '../../../control-server/store/store.ts';
import type { StoredWebhook } from '../../../control-server/store/webhook-store.ts';
import { createWebhooks } from '../../../control-server/webhooks/create-webhooks.ts';
import type { Webhooks, WebhooksOptions } from '../../../control-server/webhooks/create-webhooks.ts';

/** Webhooks over a real store, with a clock of its own and names that resolve to this machine. */
export interface OpenWebhooks {
  readonly store: Store;
  readonly webhooks: Webhooks;
  readonly clock: { ms: number };
  readonly outcomes: string[];
  readonly disabled: string[];
  readonly problems: string[];
  /** Makes a webhook, which is heeded at once. */
  add(url: string, override?: Partial<StoredWebhook>): Promise<StoredWebhook>;
  /** A second node on the same store. */
  another(): Webhooks;
}

const START = '2026-11-21T10:00:00.000Z';

export async function openWebhooks(override: Partial<WebhooksOptions> = {}): Promise<OpenWebhooks> {
  const folder = await mkdtemp(join(tmpdir(), 'stillframe-webhooks-'));
  const store = await createSqliteStore({ file: join(folder, 'stillframe.db'), groupCommitMs: 1 });
  const clock = { ms: Date.parse(START) };
  const outcomes: string[] = [];
  const disabled: string[] = [];
  const problems: string[] = [];
  const nodes: Webhooks[] = [];
  const another = (): Webhooks => {
    const node = createWebhooks({
      store,
      now: () => clock.ms,
      linkBase: () => 'https://stillframe.example',
      serverVersion: '1.2.3',
      allowedPrivate: ['receiver.example'],
      onOutcome: (outcome) => outcomes.push(outcome),
      onDisabled: (id) => disabled.push(id),
      onProblem: (code) => problems.push(code),
      resolveName: (_name, found) => found(null, [{ address: '127.0.0.1', family: 4 }]),
      retryMs: 5,
      timeoutMs: 60_000,
      ...override,
    });
    nodes.push(node);
    return node;
  };
  const webhooks = another();
  onTestFinished(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await store.close();
    await rm(folder, { recursive: true });
  });
  let made = 0;
  return {
    store,
    webhooks,
    clock,
    outcomes,
    disabled,
    problems,
    another,
    async add(url, changes = {}) {
      const webhook: StoredWebhook = {
        id: `w${++made}`,
        url,
        events: ['breakpoint_hit', 'security_flag', 'breaker_open', 'kill_switch'],
        secrets: [{ secret: 'whsec_one', expiresAt: null }],
        enabled: true,
        disabledReason: null,
        consecutiveFailures: 0,
        droppedDeliveries: 0,
        createdAt: START,
        createdBy: 'ada',
        updatedAt: START,
        version: 1,
        ...changes,
      };
      await store.createWebhook(webhook);
      await Promise.all(nodes.map((node) => node.changed()));
      return webhook;
    },
  };
}
