import type { FastifyRequest } from 'fastify';
import type { Principal } from '../http/authenticate.ts';
import type { AuditStamp, RecordedChanges } from '../store/audit-store.ts';
import type { Store } from '../store/store.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where what this request does is written down; set by the guard before every handler. */
    trail: AuditTrail | null;
  }
}

/** What an entry needs that the request does not say of itself. */
export interface AuditTrail {
  readonly store: Pick<Store, 'recording' | 'recordAudit'>;
  readonly now: () => number;
}

/** Who acts, where the request can't say: it signs somebody in, or failed to. */
export type AuditActor = Pick<AuditStamp, 'actor' | 'actorKind'>;

/**
 * The changes of the store, each written together with its entry:
 * `await recorded(request, 'breakpoint.change').patchBreakpoint(…)`.
 * @param action `<subject>.<verb>`
 */
export function recorded(request: FastifyRequest, action: string, actor?: AuditActor): RecordedChanges {
  return trailOf(request).store.recording(stampOf(request, action, actor));
}

/** An entry of its own, committed before the answer: for what changes nothing in the store. */
export function record(
  request: FastifyRequest,
  action: string,
  target: string,
  details: { readonly actor?: AuditActor; readonly before?: unknown; readonly after?: unknown } = {},
): Promise<void> {
  const { actor, before = null, after = null } = details;
  return trailOf(request).store.recordAudit({ ...stampOf(request, action, actor), target, before, after });
}

/** An account as the actor, before its session exists. */
export function asPerson(name: string): AuditActor {
  return { actor: name, actorKind: 'person' };
}

function stampOf(request: FastifyRequest, action: string, actor?: AuditActor): AuditStamp {
  return {
    ...(actor ?? actorOf(request.principal)),
    action,
    at: new Date(trailOf(request).now()).toISOString(),
    ip: request.ip,
    requestId: request.id,
  };
}

function actorOf(principal: Principal | null): AuditActor {
  if (principal === null) throw new Error('A request without anybody behind it was to be recorded.');
  return { actor: principal.name, actorKind: principal.kind };
}

function trailOf({ trail }: FastifyRequest): AuditTrail {
  if (trail === null) throw new Error('A request that did not pass the guard was to be recorded.');
  return trail;
}
