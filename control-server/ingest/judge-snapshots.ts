import type { SdkKey } from '../../src/protocol/api.ts';
import { parseSnapshot } from '../../src/protocol/snapshot.ts';
import type { Snapshot, SnapshotRejection } from '../../src/protocol/snapshot.ts';
import type { Admission, Admissions, Refusal } from './admission.ts';
import { fitsService, readUuid } from './authorize.ts';
import type { AgentClient } from '../live/live.ts';
import type { IngestDependencies } from './dependencies.ts';
import { refusalOfLabel } from './label.ts';
import type { LabelRefusal } from './label.ts';
import type { ServiceLog } from './service-log.ts';
import { isServiceName } from '../../src/protocol/service-name.ts';
import type { BatchItem, ItemRejection } from './snapshot-batch.ts';

/** Why a snapshot of a request is not stored: what `rejected[].code` of a receipt can be. */
export type SnapshotRefusal =
  | ItemRejection
  | SnapshotRejection
  | Refusal
  | 'bad_service_name'
  | 'wrong_service'
  | LabelRefusal
  | 'scrub'
  | 'rate'
  | 'too_many_services';

/** What became of one snapshot: ready to be stored, or the reason why not. */
export type Judgement =
  { readonly snapshot: Snapshot } | { readonly code: SnapshotRefusal; readonly snapshotId: string | null };

/** Longest time for which scrubbing keeps the event loop from its other work, such as telling a kill. */
const MAX_SLICE_MS = 8;

/**
 * Judges each snapshot of a batch by itself and scrubs those that are wanted.
 * @param sender its instance is taken for snapshots that name none
 * @param isWithinRate asked of each that is wanted
 * @param services asked once of each service
 * @param admissionBy says by the state of a service what is wanted
 */
export async function judgeSnapshots(
  items: readonly BatchItem[],
  key: SdkKey,
  sender: Pick<AgentClient, 'instanceId'>,
  services: Pick<ServiceLog, 'admits'>,
  isWithinRate: (snapshot: Snapshot) => boolean,
  admissionBy: Admissions,
  { live, scrubber, readServiceSettings, trustAgents, now, onProblem }: IngestDependencies,
): Promise<Judgement[]> {
  const admissions = new Map<string, Admission | null>();
  const nowMs = now();
  const judgements: Judgement[] = [];
  let sliceStartMs = performance.now();
  for (const item of items) {
    if (performance.now() - sliceStartMs > MAX_SLICE_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      sliceStartMs = performance.now();
    }
    judgements.push(await judge(item));
  }
  return judgements;

  /** Null for a service that is one too many for its key. */
  async function admissionTo(serviceName: string): Promise<Admission | null> {
    const { environment, id: keyId } = key;
    if (!(await services.admits({ environment, serviceName, keyId }))) return null;
    return admissionBy(await live.readState({ environment, serviceName }));
  }

  async function judge(item: BatchItem): Promise<Judgement> {
    if ('rejection' in item) return { code: item.rejection, snapshotId: null };
    const parsed = parseSnapshot(item.value);
    if (typeof parsed === 'string') return { code: parsed, snapshotId: null };
    // What is no UUID cannot tell snapshots apart; the store gives an id of its own.
    const snapshotId = readUuid(parsed.snapshotId);
    const { serviceName } = parsed;
    const refuse = (code: SnapshotRefusal): Judgement => ({ code, snapshotId });
    if (!isServiceName(serviceName)) return refuse('bad_service_name');
    if (!fitsService(key, serviceName)) return refuse('wrong_service');
    const labelRefusal = refusalOfLabel(parsed.label ?? '');
    if (labelRefusal !== null) return refuse(labelRefusal);
    let admission = admissions.get(serviceName);
    if (admission === undefined) {
      admission = await admissionTo(serviceName);
      admissions.set(serviceName, admission);
    }
    if (admission === null) return refuse('too_many_services');
    const refusal = await admission.refusalOf(parsed, nowMs);
    if (refusal !== null) return refuse(refusal);
    if (!isWithinRate(parsed)) return refuse('rate');
    const snapshot: Snapshot = {
      ...parsed,
      snapshotId,
      environment: key.environment,
      instanceId: readUuid(parsed.instanceId) ?? sender.instanceId,
    };
    if (snapshot.scrubbed !== null && ((await readServiceSettings(serviceName)).trustAgents ?? trustAgents)) {
      return { snapshot };
    }
    try {
      return { snapshot: scrubber.scrubReceived(snapshot) };
    } catch (error) {
      // Fails closed: what could not be scrubbed is not stored.
      onProblem('scrub_failed', error);
      return refuse('scrub');
    }
  }
}
