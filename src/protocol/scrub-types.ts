/** What the scrubber looks for. `sensitive_name` is a rule on names; the others are found in text. */
export const SCRUB_TYPES = [
  'email',
  'ssn',
  'credit_card',
  'phone',
  'aws_key',
  'aws_secret',
  'oauth_token',
  'stripe_key',
  'password',
  'jwt',
  'private_key',
  'api_key',
  'sensitive_name',
] as const;

/** One type of {@link SCRUB_TYPES}. */
export type ScrubType = (typeof SCRUB_TYPES)[number];
