import type { OidcSignIn } from '../../../control-server/http/oidc-sign-in.ts';
import { ProblemError } from '../../../control-server/http/problem.ts';

/** A provider that lets nobody in: so that the routes of one are there. */
export const REFUSING_OIDC: OidcSignIn = {
  decidesRoles: false,
  begin: async () => ({ url: 'https://id.example.com/auth', ticket: 'sealed' }),
  finish: async () => {
    throw new ProblemError(401, 'oidc_refused', 'Nobody is let in.');
  },
  signOutUrl: async () => null,
};
