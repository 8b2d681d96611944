import { API_KEY_CASES } from './api-key.ts';
import { AWS_CASES } from './aws.ts';
import { JWT_CASES } from './jwt.ts';
import { OAUTH_TOKEN_CASES } from './oauth-token.ts';
import { PASSWORD_CASES } from './password.ts';
import { PRIVATE_KEY_CASES } from './private-key.ts';
import { SENSITIVE_NAME_CASES } from './sensitive-name.ts';
import { STRIPE_KEY_CASES } from './stripe-key.ts';
import type { Negative, Positive, SecretCases } from './cases.ts';

const ALL: readonly SecretCases[] = [
  AWS_CASES,
  OAUTH_TOKEN_CASES,
  STRIPE_KEY_CASES,
  JWT_CASES,
  PRIVATE_KEY_CASES,
  API_KEY_CASES,
  PASSWORD_CASES,
  SENSITIVE_NAME_CASES,
];

/**
 * Secrets and what resembles them, written from the formats of their issuers and from where they stand in production,
 * without a look at how they are found. A case that is missed stays and counts as missed.
 */
export const POSITIVES: readonly Positive[] = ALL.flatMap(({ positives }) => positives);
export const NEGATIVES: readonly Negative[] = ALL.flatMap(({ negatives }) => negatives);
