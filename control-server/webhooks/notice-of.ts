import { randomUUID } from 'node:crypto';
import type { KillSwitch } from '../../src/protocol/api.ts';
import type { WebhookPayload } from '../../src/protocol/api-webhooks.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import type { AgentClient } from '../live/live.ts';
import type { WebhookNotice } from '../store/webhook-store.ts';

/** What a notice is made with. */
export interface NoticeContext {
  readonly nowMs: number;
  /** Origin of the dashboard. */
  readonly linkBase: string;
}

/** A breakpoint that is hit all the time is told of at most this often; so are flags. */
export const MIN_HIT_INTERVAL_MS = 60_000;
/** A breaker stays open for five minutes; an agent that flaps is told of no more often. */
const MIN_BREAKER_INTERVAL_MS = 5 * 60_000;
/** Something that happened once is told once. */
const ONCE_MS: number = 24 * 60 * 60_000;
const MAX_FLAG_TYPES = 20;

/** Stored snapshots of one label, or of one breakpoint without a label. Never their values. */
export interface HitSnapshots {
  readonly environment: string;
  readonly snapshots: readonly Snapshot[];
}

/** `breakpoint_hit`; null for none. */
export function noticeOfHit(hit: HitSnapshots, context: NoticeContext): WebhookNotice | null {
  const place = placeOf(hit);
  if (place === null) return null;
  return toNotice(
    `hit ${keyOf(place)}`,
    MIN_HIT_INTERVAL_MS,
    {
      type: 'breakpoint_hit',
      ...place,
      count: hit.snapshots.length,
    },
    context,
  );
}

/** `security_flag`: something was found by scrubbing; null when nothing was. Never where, since a path holds keys. */
export function noticeOfFlags(hit: HitSnapshots, context: NoticeContext): WebhookNotice | null {
  const flagged = hit.snapshots.filter(({ securityFlags }) => securityFlags.length > 0);
  const place = placeOf({ ...hit, snapshots: flagged });
  if (place === null) return null;
  const types = flagged.flatMap(({ securityFlags }) => securityFlags.map(({ type }) => type));
  // A foreign client may name a type as it likes: only what could be the name of one is passed on.
  const names = [...new Set(types)].filter((type) => /^[a-z][a-z0-9_]{0,39}$/.test(type)).toSorted();
  return toNotice(
    `flag ${keyOf(place)}`,
    MIN_HIT_INTERVAL_MS,
    { type: 'security_flag', ...place, count: types.length, flags: names.slice(0, MAX_FLAG_TYPES) },
    context,
  );
}

/** `breaker_open`: an agent could not deliver and has stopped capturing for a while. */
export function noticeOfBreaker(client: AgentClient, context: NoticeContext): WebhookNotice {
  const { environment, serviceName, instanceId } = client;
  return toNotice(
    `breaker ${JSON.stringify([environment, serviceName, instanceId ?? client.address])}`,
    MIN_BREAKER_INTERVAL_MS,
    { type: 'breaker_open', environment, serviceName, instanceId },
    context,
    `${servicePath(environment, serviceName)}/agents`,
  );
}

/** `kill_switch`: all that is told of why is who did what; a reason is free text. */
export function noticeOfKillSwitch(killSwitch: KillSwitch, context: NoticeContext): WebhookNotice {
  const { scope, serviceName, environment, instanceId, on, at } = killSwitch;
  return toNotice(
    `kill ${JSON.stringify([scope, serviceName, environment, instanceId, on, at])}`,
    ONCE_MS,
    { type: 'kill_switch', scope, serviceName, environment, instanceId, on },
    context,
  );
}

/** `test`, to one webhook. */
export function noticeOfTest(webhookId: string, context: NoticeContext): WebhookNotice {
  const notice = toNotice(`test ${randomUUID()}`, 0, { type: 'test' }, context);
  return { ...notice, webhookId };
}

type Place = Pick<WebhookPayload, 'serviceName' | 'environment' | 'label' | 'breakpointId' | 'snapshotId'>;

function placeOf({ environment, snapshots }: HitSnapshots): Place | null {
  const last = snapshots.at(-1);
  if (last === undefined) return null;
  const { serviceName, label, breakpointId, snapshotId } = last;
  return { environment, serviceName, label, breakpointId, snapshotId };
}

/** By the label where there is one: a first capture is sent before its breakpoint has an id. */
function keyOf({ environment, serviceName, label, breakpointId }: Place): string {
  return JSON.stringify([environment, serviceName, label ?? null, label === null ? breakpointId : null]);
}

function toNotice(
  key: string,
  minIntervalMs: number,
  payload: Omit<WebhookPayload, 'id' | 'at' | 'link'>,
  { nowMs, linkBase }: NoticeContext,
  path: string = pathOf(payload),
): WebhookNotice {
  const { type, ...details } = payload;
  const body: WebhookPayload = {
    id: randomUUID(),
    type,
    at: new Date(nowMs).toISOString(),
    link: linkBase + path,
    ...details,
  };
  return { event: type, key, minIntervalMs, body: JSON.stringify(body), webhookId: null };
}

function pathOf({
  snapshotId,
  environment,
  serviceName,
}: Omit<WebhookPayload, 'id' | 'at' | 'link'>): string {
  if (typeof snapshotId === 'string') return `/snapshots/${encodeURIComponent(snapshotId)}`;
  if (typeof serviceName !== 'string' || typeof environment !== 'string') return '/';
  return servicePath(environment, serviceName);
}

function servicePath(environment: string, serviceName: string): string {
  return `/services/${encodeURIComponent(environment)}/${encodeURIComponent(serviceName)}`;
}
