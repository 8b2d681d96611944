import type { SnapshotQuery } from '../../../../src/protocol/api.ts';
import type { ServiceAddress } from '../routes.ts';

/** What a list is narrowed to; lives in the address, so that it can be shared. Empty: not narrowed. */
export interface SnapshotFilter {
  readonly service: string;
  readonly environment: string;
  readonly label: string;
  readonly breakpoint: string;
  readonly instance: string;
  /** A scrub type that acted. */
  readonly flag: string;
  readonly mode: string;
  /** The whole path. */
  readonly file: string;
  readonly trace: string;
  readonly text: string;
  /** One of {@link TIME_RANGES}, counted back from when the list is opened. */
  readonly last: string;
  /** RFC 3339, of when the server received a snapshot. */
  readonly from: string;
  readonly to: string;
  /** `true` or `false`. */
  readonly pinned: string;
}

type TimeRange = '15m' | '1h' | '24h' | '7d';

/** Ranges that end now, by how addresses name them. */
export const TIME_RANGES: Readonly<Record<TimeRange, { readonly words: string; readonly ms: number }>> = {
  '15m': { words: 'Last 15 minutes', ms: 15 * 60_000 },
  '1h': { words: 'Last hour', ms: 3_600_000 },
  '24h': { words: 'Last 24 hours', ms: 86_400_000 },
  '7d': { words: 'Last 7 days', ms: 604_800_000 },
};

/** Everything. */
export const NO_FILTER: SnapshotFilter = {
  service: '',
  environment: '',
  label: '',
  breakpoint: '',
  instance: '',
  flag: '',
  mode: '',
  file: '',
  trace: '',
  text: '',
  last: '',
  from: '',
  to: '',
  pinned: '',
};

const FIELDS = Object.keys(NO_FILTER) as readonly (keyof SnapshotFilter)[];

/** Fields of which only some values mean anything: another one, typed into the address, narrows nothing. */
const MEANS_SOMETHING: Readonly<Partial<Record<keyof SnapshotFilter, (value: string) => boolean>>> = {
  mode: (value) => value === 'snapshot' || value === 'logpoint',
  pinned: (value) => value === 'true' || value === 'false',
  last: isTimeRange,
  from: isInstant,
  to: isInstant,
};

/** The filter of an address. */
export function readFilter(search: string): SnapshotFilter {
  const parameters = new URLSearchParams(search);
  const read = (field: keyof SnapshotFilter): string => {
    const value = parameters.get(parameterOf(field)) ?? '';
    return MEANS_SOMETHING[field]?.(value) === false ? '' : value;
  };
  return Object.fromEntries(FIELDS.map((field) => [field, read(field)])) as unknown as SnapshotFilter;
}

/** The filter as the query of an address, with its `?`; the empty string for none. */
export function writeFilter(filter: Partial<SnapshotFilter>): string {
  const parameters = new URLSearchParams();
  for (const field of FIELDS) {
    const value = filter[field] ?? '';
    if (value !== '') parameters.set(parameterOf(field), value);
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** The request for the snapshots under a filter: of one service, or of what the filter itself names. */
export function snapshotQuery(
  scope: ServiceAddress | null,
  filter: SnapshotFilter,
  nowMs: number,
): SnapshotQuery {
  const { text, last, from, pinned, mode, ...same } = filter;
  const query = {
    ...same,
    q: text,
    from: isTimeRange(last) ? new Date(nowMs - TIME_RANGES[last].ms).toISOString() : from,
    ...(scope !== null && { service: scope.serviceName, environment: scope.environment }),
  };
  return {
    ...Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '')),
    ...((mode === 'snapshot' || mode === 'logpoint') && { mode }),
    ...(pinned !== '' && { pinned: pinned === 'true' }),
  };
}

/** Whether a text names one of {@link TIME_RANGES}. */
export function isTimeRange(text: string): text is TimeRange {
  return Object.hasOwn(TIME_RANGES, text);
}

function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text));
}

function parameterOf(field: keyof SnapshotFilter): string {
  return field === 'text' ? 'q' : field;
}
