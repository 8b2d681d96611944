import type { FastifyRequest } from 'fastify';
import type { SdkKey, SdkKeyScope } from '../../src/protocol/api.ts';
import { INSTANCE_HEADER } from '../../src/protocol/routes.ts';
import { ProblemError } from '../http/problem.ts';
import { readSdkKeyText } from '../http/sdk-key.ts';
import type { AgentClient } from '../live/live.ts';
import type { IngestDependencies } from './dependencies.ts';

/** What the requests of agents are let in by. */
export interface Gate {
  /** `onRequest` hook, before a body is read: 401 without a valid key, 403 without the scope. */
  readonly demand: (scope: SdkKeyScope) => (request: FastifyRequest) => Promise<void>;
  /** The key that {@link Gate.demand} let in. */
  readonly keyOf: (request: FastifyRequest) => SdkKey;
  /** Who asks, for a service that the key fits; else 403. */
  readonly clientFor: (request: FastifyRequest, serviceName: string) => AgentClient;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_USER_AGENT = 200;
/** Behind a proxy it is the text of a header. */
const MAX_ADDRESS = 64;
const KEY_NOTED_EVERY_MS = 60_000;

/** True when the key speaks for the service. */
export function fitsService(key: SdkKey, serviceName: string): boolean {
  return key.serviceName === null || key.serviceName === serviceName;
}

/** A UUID in lower case, or null for anything else. */
export function readUuid(value: unknown): string | null {
  return typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : null;
}

/** One gate for all routes of the agent protocol. */
export function createGate({ authenticate, store, now, onProblem }: IngestDependencies): Gate {
  const keys = new WeakMap<FastifyRequest, SdkKey>();
  const notedAtMs = new Map<string, number>();

  function noteUse(key: SdkKey): void {
    const nowMs = now();
    if (nowMs - (notedAtMs.get(key.id) ?? Number.NEGATIVE_INFINITY) < KEY_NOTED_EVERY_MS) return;
    notedAtMs.set(key.id, nowMs);
    store.touchKey(key.id, new Date(nowMs).toISOString()).catch((error: unknown) => {
      onProblem('key_use_not_noted', error);
    });
  }

  function keyOf(request: FastifyRequest): SdkKey {
    const key = keys.get(request);
    if (key === undefined) throw unauthorized('sdk_key_missing');
    return key;
  }

  return {
    demand: (scope) => async (request) => {
      const text = readSdkKeyText(request.headers);
      if (text === null) throw unauthorized('sdk_key_missing');
      const key = await authenticate(text);
      if (key === null) throw unauthorized('sdk_key_unknown');
      if (!key.scopes.includes(scope)) {
        throw new ProblemError(
          403,
          'missing_scope',
          `This key does not have the scope "${scope}". Use one that has it; keys are made in the dashboard.`,
        );
      }
      keys.set(request, key);
      noteUse(key);
    },
    keyOf,
    clientFor(request, serviceName) {
      const key = keyOf(request);
      if (!fitsService(key, serviceName)) {
        throw new ProblemError(
          403,
          'wrong_service',
          'This key belongs to another service. Use one of this service, or one for any.',
        );
      }
      return {
        environment: key.environment,
        serviceName,
        instanceId: readUuid(request.headers[INSTANCE_HEADER]),
        userAgent: (request.headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT),
        address: request.ip.slice(0, MAX_ADDRESS),
        keyId: key.id,
      };
    },
  };
}

function unauthorized(code: 'sdk_key_missing' | 'sdk_key_unknown'): ProblemError {
  const detail =
    code === 'sdk_key_missing'
      ? 'Send an SDK key in the header X-API-Key.'
      : 'This SDK key is not valid here. Make one under Keys in the dashboard.';
  return new ProblemError(401, code, detail, { headers: { 'www-authenticate': 'Bearer' } });
}
