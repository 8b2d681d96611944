import type { AuditStamp } from './audit-store.ts';

/** What the server does by itself: who it is in the audit. */
export function systemStamp(action: string, nowMs: number): AuditStamp {
  return {
    at: new Date(nowMs).toISOString(),
    actor: 'server',
    actorKind: 'system',
    ip: null,
    requestId: null,
    action,
  };
}
