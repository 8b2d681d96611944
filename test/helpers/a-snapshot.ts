import type { Snapshot } from '../../src/protocol/snapshot.ts';

/** A snapshot of `shop` from the label `checkout`, with nothing special about it; what matters to a test is given. */
export function aSnapshot(fields: Partial<Snapshot> = {}): Snapshot {
  return {
    snapshotId: null,
    breakpointId: null,
    serviceName: 'shop',
    label: 'checkout',
    filePath: '/app/src/order.ts',
    lineNumber: 42,
    functionName: 'placeOrder',
    variables: { total: 12 },
    valueMarks: [],
    securityFlags: [],
    stackTrace: 'at placeOrder (/app/src/order.ts:42:3)',
    frames: [],
    traceId: null,
    spanId: null,
    requestContext: null,
    expressionResults: null,
    logMessage: null,
    mode: 'snapshot',
    capturedAt: '2026-11-21T10:00:00.000Z',
    truncated: {},
    environment: null,
    release: null,
    commit: null,
    host: null,
    instanceId: null,
    scrubbed: null,
    ...fields,
  };
}
