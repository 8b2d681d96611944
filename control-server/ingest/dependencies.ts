import type { SdkKey } from '../../src/protocol/api.ts';
import type { ServiceSettingsValues } from '../../src/protocol/api-settings.ts';
import type { Live } from '../live/live.ts';
import type { SnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';
import type { SourceExchange } from '../sources/source-exchange.ts';
import type { Store } from '../store/store.ts';
import type { KeyQuotas } from './key-quotas.ts';

/** What one capture request brought. */
export interface CaptureFacts {
  readonly receivedBytes: number;
  readonly unpackedBytes: number;
  readonly accepted: number;
  readonly duplicates: number;
  /** The code of each snapshot that was refused. */
  readonly rejected: readonly string[];
}

/** What the agent protocol works with; instances come from the composer. */
export interface IngestDependencies {
  readonly store: Pick<
    Store,
    | 'touchService'
    | 'recording'
    | 'recordAudit'
    | 'readBreakpoint'
    | 'storeSnapshots'
    | 'readSnapshot'
    | 'touchKey'
  >;
  readonly live: Pick<
    Live,
    'openAgentStream' | 'readState' | 'publish' | 'hint' | 'noteAgent' | 'admits' | 'isKilledByHand'
  >;
  /** Scrubs a snapshot that came over the wire; what throws is not stored. */
  readonly scrubber: Pick<SnapshotScrubber, 'scrubReceived' | 'scrubLines'>;
  /** Takes the answers to questions for source. Default: nobody asks any. */
  readonly sources: Pick<SourceExchange, 'awaitedService' | 'answer'>;
  /** The record of a valid SDK key, or null. `checkSdkKey` over the store's `readKey`. */
  readonly authenticate: (keyText: string) => Promise<SdkKey | null>;
  /** What administrators set for a service. Default: nothing was set. */
  readonly readServiceSettings: (serviceName: string) => Promise<ServiceSettingsValues>;
  /** False: snapshots are scrubbed here although their agent says that it did, but where a service's settings say otherwise. */
  readonly trustAgents: boolean;
  /** Bytes of bodies that all captures under way hold together, and all messages; further ones are asked to come back. Default 64 MiB. */
  readonly maxBytesInFlight: number;
  /** What each key may send. Default: anything. */
  readonly quotas: Pick<KeyQuotas, 'demand' | 'take' | 'refuse' | 'maxServices'>;
  /** True: nothing is stored for want of room. Default: never. */
  readonly isDiskFull: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of each capture request that was understood. Default: nobody is. */
  readonly onCapture: (facts: CaptureFacts) => void;
  /** Something went wrong that no answer tells: a stable code and the error. */
  readonly onProblem: (code: string, error: unknown) => void;
}

/** {@link IngestDependencies} with what may be left to its default. */
export type IngestOptions = Omit<IngestDependencies, Optional> & Partial<Pick<IngestDependencies, Optional>>;

type Optional =
  | 'sources'
  | 'quotas'
  | 'isDiskFull'
  | 'readServiceSettings'
  | 'onCapture'
  | 'trustAgents'
  | 'maxBytesInFlight'
  | 'now'
  | 'onProblem';
