import { ControlServerError } from './control-server-error.ts';
import type { Role } from './http/role.ts';
import type { OidcOptions } from './oidc-options.ts';

const PREFIX = 'STILLFRAME_OIDC_';
const NAMES = [
  'ISSUER',
  'CLIENT_ID',
  'CLIENT_SECRET',
  'CLIENT_SECRET_FILE',
  'SCOPES',
  'ROLE_CLAIM',
  'ROLES',
  'DEFAULT_ROLE',
  'ALLOWED_DOMAINS',
  'TOKEN_DAYS',
] as const;
type Name = (typeof NAMES)[number];

/** What Kubernetes and Docker tell containers of a service that somebody called `stillframe-oidc` or `stillframe-oidc-proxy`. */
const OF_A_PLATFORM = /(?:^|_)(?:SERVICE_(?:HOST|PORT)|PORT)(?:_|$)/;

/**
 * The provider that the environment names (`STILLFRAME_OIDC_…`), or undefined when it says nothing of one. An empty
 * variable is unset.
 * @throws ControlServerError `bad_option` for a variable that means nothing here, for some without the issuer, or without
 *   the client id, and for values that cannot be read
 */
export function readOidcEnvironment(env: NodeJS.ProcessEnv): OidcOptions | undefined {
  const known = readKnown(env);
  if (known.size === 0) return undefined;
  const issuer = known.get('ISSUER');
  const clientId = known.get('CLIENT_ID');
  if (issuer === undefined || clientId === undefined) throw refuseHalf(known);
  const given = {
    clientSecret: known.get('CLIENT_SECRET'),
    clientSecretFile: known.get('CLIENT_SECRET_FILE'),
    scopes: readList(known, 'SCOPES'),
    roleClaim: known.get('ROLE_CLAIM'),
    roles: readRoles(known.get('ROLES')),
    defaultRole: known.get('DEFAULT_ROLE'),
    allowedDomains: readList(known, 'ALLOWED_DOMAINS'),
    tokenDays: readDays(known.get('TOKEN_DAYS')),
  };
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  // What is no role is refused with the options.
  // oxlint-disable-next-line no-unsafe-type-assertion
  return { issuer, clientId, ...(Object.fromEntries(set) as Partial<OidcOptions>) };
}

/** A misspelt name must not pass in silence: without ALLOWED_DOMAINS everybody would come in. */
function readKnown(env: NodeJS.ProcessEnv): ReadonlyMap<Name, string> {
  const known = new Map<Name, string>();
  for (const [variable, value] of Object.entries(env)) {
    const text = value?.trim() ?? '';
    if (!variable.startsWith(PREFIX) || text === '') continue;
    const rest = variable.slice(PREFIX.length);
    const name = NAMES.find((candidate) => candidate === rest);
    if (name !== undefined) known.set(name, text);
    else if (!OF_A_PLATFORM.test(rest)) {
      throw bad(`${variable} is no variable of this server. Known are: ${PREFIX}${NAMES.join(', _')}.`);
    }
  }
  return known;
}

function refuseHalf(known: ReadonlyMap<Name, string>): ControlServerError {
  const named = (names: readonly Name[]): string => names.map((name) => PREFIX + name).join(' and ');
  const missing = (['ISSUER', 'CLIENT_ID'] as const).filter((name) => !known.has(name));
  const given = NAMES.filter((name) => known.has(name));
  return bad(
    `${named(given)} without ${named(missing)} set up no provider. Give what is missing, or unset all of them.`,
  );
}

/** Its range is checked with the options, which could not say what was written here. */
function readDays(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw bad(`${PREFIX}TOKEN_DAYS is ${JSON.stringify(text)}. It must be a whole number from 1 to 365.`);
}

function readList(known: ReadonlyMap<Name, string>, name: Name): string[] | undefined {
  const text = known.get(name);
  const parts = text?.split(/[\s,]+/).filter((part) => part !== '');
  if (parts?.length === 0) throw bad(`${PREFIX}${name} is ${JSON.stringify(text)}, a list of nothing.`);
  return parts;
}

/** `stillframe-admins=admin,everybody=viewer`; a value may hold `=`. */
function readRoles(text: string | undefined): Record<string, Role> | undefined {
  if (text === undefined) return undefined;
  const pairs = text.split(',').map((pair): [string, Role] => {
    const end = pair.lastIndexOf('=');
    if (end < 1) {
      throw bad(
        `${PREFIX}ROLES is a list such as admins=admin,developers=operator, not ${JSON.stringify(text)}.`,
      );
    }
    // oxlint-disable-next-line no-unsafe-type-assertion -- what is no role is refused with the options
    return [pair.slice(0, end).trim(), pair.slice(end + 1).trim() as Role];
  });
  return Object.fromEntries(pairs);
}

function bad(message: string): ControlServerError {
  return new ControlServerError('bad_option', message);
}
