import { ControlServerError } from './control-server-error.ts';
import type { Role } from './http/role.ts';
import type { OidcOptions } from './oidc-options.ts';

/**
 * The provider that the environment names (`STILLFRAME_OIDC_…`), or undefined. An empty variable is unset.
 * @throws ControlServerError `bad_option` for roles that are no list of `value=role`
 */
export function readOidcEnvironment(env: NodeJS.ProcessEnv): OidcOptions | undefined {
  const read = (name: string): string | undefined => {
    const text = env[`STILLFRAME_OIDC_${name}`]?.trim() ?? '';
    return text === '' ? undefined : text;
  };
  const issuer = read('ISSUER');
  if (issuer === undefined) return undefined;
  const given = {
    clientSecret: read('CLIENT_SECRET'),
    clientSecretFile: read('CLIENT_SECRET_FILE'),
    scopes: readList(read('SCOPES')),
    roleClaim: read('ROLE_CLAIM'),
    roles: readRoles(read('ROLES')),
    defaultRole: read('DEFAULT_ROLE'),
    allowedDomains: readList(read('ALLOWED_DOMAINS')),
    tokenDays: readDays(read('TOKEN_DAYS')),
  };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  // What is no role is refused with the options.
  // oxlint-disable-next-line no-unsafe-type-assertion
  return {
    issuer,
    clientId: read('CLIENT_ID') ?? '',
    ...(Object.fromEntries(known) as Partial<OidcOptions>),
  };
}

/** Its range is checked with the options, which could not say what was written here. */
function readDays(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new ControlServerError(
    'bad_option',
    `STILLFRAME_OIDC_TOKEN_DAYS is ${JSON.stringify(text)}. It must be a whole number from 1 to 365.`,
  );
}

function readList(text: string | undefined): string[] | undefined {
  return text?.split(/[\s,]+/).filter((part) => part !== '');
}

/** `stillframe-admins=admin,everybody=viewer`; a value may hold `=`. */
function readRoles(text: string | undefined): Record<string, Role> | undefined {
  if (text === undefined) return undefined;
  const pairs = text.split(',').map((pair): [string, Role] => {
    const end = pair.lastIndexOf('=');
    if (end < 1) {
      throw new ControlServerError(
        'bad_option',
        `STILLFRAME_OIDC_ROLES is a list such as admins=admin,developers=operator, not ${JSON.stringify(text)}.`,
      );
    }
    // oxlint-disable-next-line no-unsafe-type-assertion -- what is no role is refused with the options
    return [pair.slice(0, end).trim(), pair.slice(end + 1).trim() as Role];
  });
  return Object.fromEntries(pairs);
}
