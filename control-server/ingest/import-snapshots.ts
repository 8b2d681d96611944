import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { ImportReceipt } from '../../src/protocol/api-snapshots.ts';
import { HARD_LIMITS, MAX_ENVIRONMENT_LENGTH } from '../../src/protocol/limits.ts';
import { parseSnapshot } from '../../src/protocol/snapshot.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import type { Live } from '../live/live.ts';
import type { Store } from '../store/store.ts';
import { readUuid } from './authorize.ts';
import { readBody } from './body.ts';
import { MAX_BATCH_SNAPSHOTS, MAX_CAPTURE_BODY_BYTES, MAX_SNAPSHOT_DEPTH, noRoom } from './capture-route.ts';
import type { IngestDependencies } from './dependencies.ts';
import { refusalOfLabel } from './label.ts';
import { isServiceName } from '../../src/protocol/service-name.ts';
import { readBatch } from './snapshot-batch.ts';
import type { BatchItem } from './snapshot-batch.ts';

/** What an import works with. */
export interface ImportDependencies extends Pick<
  IngestDependencies,
  'scrubber' | 'trustAgents' | 'now' | 'isDiskFull'
> {
  readonly store: Pick<Store, 'importSnapshots'>;
  readonly live: Pick<Live, 'hint'>;
  readonly onProblem: IngestDependencies['onProblem'];
}

/** Takes up the snapshots of a request; those that name no environment, or all of them, go to the one that is given. */
export type ImportSnapshots = (request: FastifyRequest, environment: string | null) => Promise<ImportReceipt>;

const BOUNDS = {
  maxItems: MAX_BATCH_SNAPSHOTS,
  // An exported line says a little more than the agent's.
  maxItemBytes: 2 * HARD_LIMITS.maxPayloadBytes,
  maxDepth: MAX_SNAPSHOT_DEPTH,
};
const DEFAULT_ENVIRONMENT = 'default';
/** Longest time for which scrubbing keeps the event loop from its other work, such as telling a kill. */
const MAX_SLICE_MS = 8;
/** Rejected lines that a receipt names. */
const MAX_PROBLEMS = 100;

type Judgement = { readonly snapshot: Snapshot; readonly environment: string } | { readonly code: string };

/** The same checks and the same scrubbing as for what agents send, but for those that ask whether it is wanted now. */
export function createImporter(deps: ImportDependencies): ImportSnapshots {
  return async (request, environment) => {
    if (deps.isDiskFull()) throw noRoom();
    const body = await readBody(request, MAX_CAPTURE_BODY_BYTES);
    const { items } = readBatch(body, request.headers['content-type'], BOUNDS);
    const wanted: { readonly snapshot: Snapshot; readonly environment: string }[] = [];
    const problems: { line: number; code: string }[] = [];
    let sliceStartMs = performance.now();
    for (const item of items) {
      if (performance.now() - sliceStartMs > MAX_SLICE_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        sliceStartMs = performance.now();
      }
      const judgement = judge(item, environment, deps);
      if ('code' in judgement) problems.push({ line: item.line, code: judgement.code });
      else wanted.push(judgement);
    }
    const { stored, duplicates } = await storeAll(wanted, deps);
    return { stored, duplicates, rejected: problems.length, problems: problems.slice(0, MAX_PROBLEMS) };
  };
}

function judge(
  item: BatchItem,
  given: string | null,
  { scrubber, trustAgents, onProblem }: ImportDependencies,
): Judgement {
  if ('rejection' in item) return { code: item.rejection };
  const parsed = parseSnapshot(item.value);
  if (typeof parsed === 'string') return { code: parsed };
  if (!isServiceName(parsed.serviceName)) return { code: 'bad_service_name' };
  const labelRefusal = refusalOfLabel(parsed.label ?? '');
  if (labelRefusal !== null) return { code: labelRefusal };
  const environment = given ?? parsed.environment ?? DEFAULT_ENVIRONMENT;
  if (!isEnvironment(environment)) return { code: 'bad_environment' };
  const snapshot: Snapshot = {
    ...parsed,
    snapshotId: readUuid(parsed.snapshotId) ?? idOfContent(item.value),
    environment,
    instanceId: readUuid(parsed.instanceId),
  };
  if (snapshot.scrubbed !== null && trustAgents) return { snapshot, environment };
  try {
    return { snapshot: scrubber.scrubReceived(snapshot), environment };
  } catch (error) {
    // Fails closed: what could not be scrubbed is not stored.
    onProblem('scrub_failed', error);
    return { code: 'scrub' };
  }
}

function isEnvironment(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters would reach logs and terminals
  return name.length <= MAX_ENVIRONMENT_LENGTH && !/[\u0000-\u001f\u007f]/.test(name) && name.isWellFormed();
}

/** A snapshot of a foreign client has no id: one made of its content lets it be imported again without being there twice. */
function idOfContent(value: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('hex');
  // Version 8 of RFC 9562: the bits are the application's own.
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

async function storeAll(
  wanted: readonly { readonly snapshot: Snapshot; readonly environment: string }[],
  { store, live, now }: ImportDependencies,
): Promise<{ readonly stored: number; readonly duplicates: number }> {
  let stored = 0;
  for (const [environment, judged] of Map.groupBy(wanted, (one) => one.environment)) {
    const snapshots = judged.map(({ snapshot }) => snapshot);
    const nowIso = new Date(now()).toISOString();
    const { outcomes, cursor } = await store.importSnapshots(environment, snapshots, nowIso);
    const kept = snapshots.filter((_, index) => outcomes[index] === 'stored');
    stored += kept.length;
    if (cursor === null) continue;
    const services = [...new Set(kept.map(({ serviceName }) => serviceName))];
    live.hint({ topic: 'snapshots', count: kept.length, cursor, services });
  }
  return { stored, duplicates: wanted.length - stored };
}
