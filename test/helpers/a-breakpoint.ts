import type { BreakpointResource } from '../../src/protocol/api.ts';
import type { Breakpoint } from '../../src/protocol/breakpoint.ts';

/** An enabled breakpoint on the label `checkout` of `shop`, without limits; what matters to a test is given. */
export function aBreakpoint(fields: Partial<Breakpoint> = {}): Breakpoint {
  return {
    id: 'b1',
    serviceName: 'shop',
    label: 'checkout',
    functionName: 'placeOrder',
    filePath: '/app/src/order.ts',
    lineNumber: 42,
    enabled: true,
    mode: 'snapshot',
    condition: null,
    maxCaptures: 0,
    captureCount: 0,
    expireAt: null,
    stackDepth: null,
    maxDepth: null,
    maxPayloadBytes: null,
    captureExpressions: [],
    logMessage: null,
    ...fields,
  };
}

/** The same as the control server keeps it: made by a person, never changed and never hit. */
export function aBreakpointResource(fields: Partial<BreakpointResource> = {}): BreakpointResource {
  return {
    ...aBreakpoint(),
    environment: 'default',
    version: 1,
    origin: 'person',
    createdAt: '2026-11-21T10:00:00.000Z',
    updatedAt: '2026-11-21T10:00:00.000Z',
    lastHitAt: null,
    ...fields,
  };
}
