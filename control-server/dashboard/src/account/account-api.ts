import type {
  NewPersonalToken,
  NewPersonalTokenSecret,
  OwnAccount,
  PersonalToken,
  SessionResource,
} from '../../../../src/protocol/api-people.ts';
import { optional, query, request } from '../api-request.ts';

const tokenPath = (id: string): string => `/api/tokens/${encodeURIComponent(id)}`;

/** The calls about one's own account. All reject with `ApiError`. */
export const account = {
  /** One's own; administrators may ask for those of everybody. */
  tokens: (of: 'mine' | 'everybody', signal?: AbortSignal): Promise<readonly PersonalToken[]> =>
    request('GET', `/api/tokens${query({ of: of === 'everybody' ? of : undefined })}`, optional(signal)),
  createToken: (token: NewPersonalToken): Promise<NewPersonalTokenSecret> =>
    request('POST', '/api/tokens', { body: token }),
  rotateToken: (id: string, graceSeconds: number): Promise<NewPersonalTokenSecret> =>
    request('POST', `${tokenPath(id)}/rotate`, { body: { graceSeconds } }),
  revokeToken: (id: string): Promise<void> => request('DELETE', tokenPath(id)),

  /** Null for who has no account: the login link of the demo. */
  own: (signal?: AbortSignal): Promise<OwnAccount | null> =>
    request('GET', '/api/me/account', optional(signal)),
  sessions: (signal?: AbortSignal): Promise<readonly SessionResource[]> =>
    request('GET', '/api/sessions', optional(signal)),
  endSession: (id: string): Promise<void> => request('DELETE', `/api/sessions/${encodeURIComponent(id)}`),

  changePassword: (current: string, password: string): Promise<void> =>
    request('POST', '/api/me/password', { body: { current, password } }),
};
