import type { FastifyReply, FastifyRequest } from 'fastify';
import { isKilledFor } from '../../src/protocol/kill-state.ts';
import { HARD_LIMITS } from '../../src/protocol/limits.ts';
import { CAPTURE_PATH } from '../../src/protocol/routes.ts';
import { encodeCaptureReceipt } from '../../src/protocol/snapshot.ts';
import type { CaptureReceipt, Snapshot } from '../../src/protocol/snapshot.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import type { AgentClient } from '../live/live.ts';
import type { StoreOutcome } from '../store/snapshot-store.ts';
import { createAdmissions } from './admission.ts';
import type { Gate } from './authorize.ts';
import { readBody } from './body.ts';
import { createFairBudget } from './fair-budget.ts';
import type { BudgetShare } from './fair-budget.ts';
import { createForeignRate } from './foreign-rate.ts';
import type { IngestDependencies } from './dependencies.ts';
import { judgeSnapshots } from './judge-snapshots.ts';
import type { Judgement, SnapshotRefusal } from './judge-snapshots.ts';
import { recordSpent } from './record-spent.ts';
import { tooManyServices } from './service-log.ts';
import type { ServiceLog } from './service-log.ts';
import { readBatch } from './snapshot-batch.ts';

/** Largest body of a capture request, packed or unpacked. */
export const MAX_CAPTURE_BODY_BYTES: number = 8 * 1024 * 1024;
/** As many as an agent's queue holds. */
export const MAX_BATCH_SNAPSHOTS = 1_000;
/** Levels of nesting of one snapshot, far beyond what the agent's hard limit can make. */
export const MAX_SNAPSHOT_DEPTH = 64;
/** Capture requests under way at once; further ones are asked to come back. */
export const MAX_CAPTURES_IN_FLIGHT = 128;

const BOUNDS = {
  maxItems: MAX_BATCH_SNAPSHOTS,
  maxItemBytes: HARD_LIMITS.maxPayloadBytes,
  maxDepth: MAX_SNAPSHOT_DEPTH,
};

/** What a receipt and the answer to a lone snapshot are made of. */
interface Outcome {
  readonly receipt: CaptureReceipt;
  readonly refusals: readonly SnapshotRefusal[];
}

/** `POST /sdk/snapshots/capture`: answered after the commit. */
export function registerCaptureRoute(
  scope: App,
  deps: IngestDependencies,
  gate: Gate,
  services: ServiceLog,
): void {
  const places = createFairBudget(MAX_CAPTURES_IN_FLIGHT);
  const memory = createFairBudget(deps.maxBytesInFlight);
  const rate = createForeignRate(deps.now);
  const admissionBy = createAdmissions((id) => deps.store.readBreakpoint(id));

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    memory: BudgetShare,
  ): Promise<FastifyReply> {
    let heldBytes = 0;
    const body = await readBody(request, MAX_CAPTURE_BODY_BYTES, (bytes) => {
      heldBytes += bytes;
      if (!memory.take(bytes)) throw tooBusy();
    });
    const batch = readBatch(body, request.headers['content-type'], BOUNDS);
    const key = gate.keyOf(request);
    deps.quotas.take(key.id, batch.items.length, body.length);
    // Each snapshot's service is checked by itself; this is who sends, for any of them.
    const sender = gate.clientFor(request, key.serviceName ?? '');
    const judgements = await judgeSnapshots(
      batch.items,
      key,
      sender,
      services,
      (snapshot) => rate.allows(sender, snapshot),
      admissionBy,
      deps,
    );
    const { receipt, refusals } = await store(judgements, sender, deps);
    deps.onCapture({
      // What was packed is held twice, as it came and unpacked.
      receivedBytes: heldBytes - (heldBytes === body.length ? 0 : body.length),
      unpackedBytes: body.length,
      accepted: receipt.accepted,
      duplicates: receipt.duplicates,
      rejected: refusals,
    });
    if (!batch.isSingle) return reply.code(202).send(encodeCaptureReceipt(receipt));
    const refusal = refusals[0];
    if (refusal !== undefined) refuseLone(refusal);
    // Old clients take 200 and 201 for success and nothing else.
    return reply.code(receipt.accepted === 1 ? 201 : 200).send(encodeCaptureReceipt(receipt));
  }

  scope.post(CAPTURE_PATH, {
    onRequest: gate.demand('ingest'),
    handler: async (request, reply) => {
      const { id: keyId } = gate.keyOf(request);
      const place = places.open(keyId);
      // Before the body is read: it is bodies that fill the memory.
      if (!place.take(1)) throw tooBusy();
      const share = memory.open(keyId);
      try {
        if (deps.isDiskFull()) throw noRoom();
        deps.quotas.demand(keyId);
        return await answer(request, reply, share);
      } finally {
        share.release();
        place.release();
      }
    },
  });
}

function tooBusy(): ProblemError {
  return new ProblemError(429, 'too_busy', 'Too many captures are being stored. Try again in a second.', {
    headers: { 'retry-after': '1', connection: 'close' },
  });
}

/** A fault of the server for every client, so that it waits and tries again; control is not concerned. */
export function noRoom(): ProblemError {
  return new ProblemError(
    507,
    'disk_full',
    'The disk of the server is nearly full, so nothing is stored. Make room in the file system of its data folder; it goes on by itself then.',
    { headers: { 'retry-after': '30', connection: 'close' } },
  );
}

async function store(
  judgements: readonly Judgement[],
  sender: AgentClient,
  deps: IngestDependencies,
): Promise<Outcome> {
  const { environment } = sender;
  const wanted = judgements.flatMap((judgement) => ('snapshot' in judgement ? judgement.snapshot : []));
  const outcomes = await storeWanted(wanted, environment, deps);
  const services = [...new Set(wanted.map((snapshot) => snapshot.serviceName))];
  for (const serviceName of services) deps.live.noteAgent({ ...sender, serviceName });
  const count = { stored: 0, duplicate: 0 };
  const rejected: { index: number; code: SnapshotRefusal }[] = [];
  const inOrder = outcomes.values();
  for (const [index, judgement] of judgements.entries()) {
    const outcome =
      'snapshot' in judgement
        ? (inOrder.next().value ?? 'limit')
        : await outcomeOfRefused(judgement, environment, deps);
    if (outcome === 'stored' || outcome === 'duplicate') count[outcome]++;
    else rejected.push({ index, code: outcome });
  }
  const only = services.length === 1 ? services[0] : undefined;
  const state = only === undefined ? null : await deps.live.readState({ environment, serviceName: only });
  const receipt: CaptureReceipt = {
    accepted: count.stored,
    duplicates: count.duplicate,
    rejected,
    version: state?.version ?? null,
    killSwitch: state === null ? null : isKilledFor(state.killed, sender.instanceId),
  };
  return { receipt, refusals: rejected.map(({ code }) => code) };
}

/** What became of each, in their order: a limit can be reached between the judgement and the transaction. */
async function storeWanted(
  wanted: readonly Snapshot[],
  environment: string,
  deps: IngestDependencies,
): Promise<readonly StoreOutcome[]> {
  const { store, live, now } = deps;
  if (wanted.length === 0) return [];
  const { outcomes, cursor, changes } = await store.storeSnapshots(
    environment,
    wanted,
    new Date(now()).toISOString(),
  );
  const stored = wanted.filter((_, index) => outcomes[index] === 'stored');
  if (cursor !== null) {
    const services = [...new Set(stored.map((snapshot) => snapshot.serviceName))];
    live.hint({ topic: 'snapshots', count: stored.length, cursor, services });
  }
  await Promise.all(changes.map((change) => live.publish(change)));
  await recordSpent(changes, deps);
  return outcomes;
}

/**
 * A delivery is repeated when its answer was lost, and by then its breakpoint may be disabled or spent: what was stored
 * the first time is a duplicate, whatever the second time would say.
 */
async function outcomeOfRefused(
  { code, snapshotId }: Extract<Judgement, { readonly code: SnapshotRefusal }>,
  environment: string,
  { store }: IngestDependencies,
): Promise<'duplicate' | SnapshotRefusal> {
  const couldBe = code === 'breakpoint_disabled' || code === 'limit' || code === 'expired';
  if (!couldBe || snapshotId === null) return code;
  const known = await store.readSnapshot(snapshotId);
  return known !== null && known.environment === environment ? 'duplicate' : code;
}

/** The status for a lone snapshot that is not stored. What is in order and not wanted is answered by its receipt. */
function refuseLone(code: SnapshotRefusal): void {
  switch (code) {
    case 'breakpoint_disabled':
    case 'rate':
    case 'limit':
    case 'expired':
      return;
    case 'wrong_service':
      throw new ProblemError(
        403,
        code,
        'This key belongs to another service. Use one of this service, or one for any.',
      );
    case 'too_large':
      throw new ProblemError(413, code, `A snapshot has at most ${HARD_LIMITS.maxPayloadBytes} bytes.`);
    case 'too_many_services':
      throw tooManyServices();
    case 'scrub':
      throw new ProblemError(422, code, 'The snapshot could not be scrubbed, so it was not stored.');
    default:
      throw new ProblemError(400, code, 'The body is not a snapshot that this server accepts.');
  }
}
