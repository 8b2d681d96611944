import { CommandError, splitSentence } from './command-error.ts';

/** The options of a server as whoever typed the command knows them. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['allowedHosts', '--allowed-host'],
  ['clientId', 'STILLFRAME_OIDC_CLIENT_ID'],
  ['clientSecret', 'STILLFRAME_OIDC_CLIENT_SECRET'],
  ['clientSecretFile', 'STILLFRAME_OIDC_CLIENT_SECRET_FILE'],
  ['defaultRole', 'STILLFRAME_OIDC_DEFAULT_ROLE'],
  ['firstAdmin', 'The first account (STILLFRAME_ADMIN_NAME, STILLFRAME_ADMIN_PASSWORD)'],
  ['heartbeatMs', '--heartbeat-ms'],
  ['metricsToken', 'STILLFRAME_METRICS_TOKEN'],
  ['oidc', 'Sign-in by a provider (STILLFRAME_OIDC_…)'],
  ['publicUrl', '--public-url'],
  ['roleClaim', 'STILLFRAME_OIDC_ROLE_CLAIM'],
  ['tlsCert', '--tls-cert'],
  ['tlsKey', '--tls-key'],
  ['tokenDays', 'STILLFRAME_OIDC_TOKEN_DAYS'],
  ['webhookAllowPrivate', '--webhook-allow-private'],
]);

/** A wrong option of a server in the words of the command line; any other error as it is. */
export function toServeError(error: unknown): unknown {
  const isOption = error instanceof Error && 'code' in error && error.code === 'bad_option';
  if (!isOption) return error;
  const inWords = error.message.replaceAll(
    /(?<!["\w])[a-z]\w*(?!["\w])/gi,
    (name) => WORDS.get(name) ?? name,
  );
  const { what, nextStep } = splitSentence(inWords);
  return new CommandError('bad_option', what, nextStep, { cause: error });
}
