import { Type } from 'typebox';
import type { TString } from 'typebox';
import { MAX_ENVIRONMENT_LENGTH, MAX_SERVICE_NAME_LENGTH } from '../../src/protocol/limits.ts';

/** Control characters would reach logs and terminals; the agent protocol refuses them as well. */
const WITHOUT_CONTROLS = '^[^\\u0000-\\u001f\\u007f]*$';

/** The name of a service, as the agent protocol takes it. */
export const serviceName: TString = Type.String({
  minLength: 1,
  maxLength: MAX_SERVICE_NAME_LENGTH,
  pattern: WITHOUT_CONTROLS,
});

/** The name of an environment. */
export const environment: TString = Type.String({
  minLength: 1,
  maxLength: MAX_ENVIRONMENT_LENGTH,
  pattern: WITHOUT_CONTROLS,
});
