import type { ScrubType } from '../protocol/scrub-types.ts';

export { SCRUB_TYPES } from '../protocol/scrub-types.ts';
export type { ScrubType } from '../protocol/scrub-types.ts';

/** What stands in markers beside {@link SCRUB_TYPES}: a place that the user gave, and what could not be scrubbed. */
export const RESERVED_TYPES = ['path', 'error', 'unscanned'] as const;

/** How bad it can be that a value was there. */
export const SEVERITIES = ['low', 'medium', 'high'] as const;

/** One of {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** Where two findings overlap, the union of both is replaced and the one that stands first here names it. */
const BY_PRIORITY: readonly ScrubType[] = [
  'private_key',
  'jwt',
  'stripe_key',
  'aws_key',
  'aws_secret',
  'api_key',
  'oauth_token',
  'password',
  'sensitive_name',
  'email',
  'credit_card',
  'ssn',
  'phone',
];

/** Rank of a type among overlapping findings: the lowest wins. */
export const PRIORITY: Readonly<Record<ScrubType, number>> = Object.fromEntries(
  BY_PRIORITY.map((type, rank) => [type, rank]),
) as Record<ScrubType, number>;

/** How severe the find of each type is. */
export const SEVERITY: Readonly<Record<ScrubType, Severity>> = {
  email: 'medium',
  ssn: 'high',
  credit_card: 'high',
  phone: 'low',
  aws_key: 'high',
  aws_secret: 'high',
  oauth_token: 'high',
  stripe_key: 'high',
  password: 'high',
  jwt: 'high',
  private_key: 'high',
  api_key: 'high',
  sensitive_name: 'medium',
};

/** What stands in place of a finding. No finder matches it, so scrubbing twice changes nothing. */
export function marker(type: string): string {
  return `[REDACTED:${type}]`;
}

/** Stands for a value on which the scrubber failed: the raw value never leaves. */
export const ERROR_MARKER: string = marker('error');

/** Stands for a value that the scrubber had no time or depth left to look at. */
export const UNSCANNED_MARKER: string = marker('unscanned');

/** A marker anywhere in a text, of ours or of another agent. At most a few digits, so that no number hides in one. */
export const MARKER_PATTERN = '\\[REDACTED:[a-z][a-z_]{0,38}\\d{0,3}\\]';
