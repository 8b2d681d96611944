import type { Snapshot } from '../../../src/protocol/snapshot.ts';

/** A snapshot of a service; what matters to a test is given. */
export function aSnapshot(given: Partial<Snapshot> = {}): Snapshot {
  return {
    snapshotId: null,
    breakpointId: null,
    serviceName: 'shop',
    label: 'checkout',
    filePath: '/app/src/order.ts',
    lineNumber: 42,
    functionName: 'placeOrder',
    variables: { total: 7 },
    valueMarks: [],
    securityFlags: [],
    stackTrace: '',
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
    ...given,
  };
}
