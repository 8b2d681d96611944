import type { Log } from '../../src/log.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';

/** A snapshot whose id ends in `number`. */
export function snapshotOf(number: number, variables: Snapshot['variables'] = { number }): Snapshot {
  return {
    snapshotId: `01890000-0000-7000-8000-${String(number).padStart(12, '0')}`,
    breakpointId: 'b-1',
    serviceName: 'shop',
    label: 'checkout',
    filePath: '/app/order.js',
    lineNumber: 42,
    functionName: 'placeOrder',
    variables,
    valueMarks: [],
    securityFlags: [],
    stackTrace: 'at placeOrder (/app/order.js:42:7)',
    frames: [],
    traceId: null,
    spanId: null,
    requestContext: null,
    expressionResults: null,
    logMessage: null,
    mode: 'snapshot',
    capturedAt: '2026-11-21T10:00:00.000Z',
    truncated: {},
    environment: 'default',
    release: null,
    commit: null,
    host: 'host-1',
    instanceId: 'i-1',
    scrubbed: { version: '1' },
  };
}

/** A log that remembers what it was told. */
export interface RecordingLog extends Log {
  readonly warnings: string[];
}

/** Codes of warnings in the order of their coming. */
export function recordingLog(): RecordingLog {
  const warnings: string[] = [];
  return {
    warnings,
    problem(code) {
      warnings.push(code);
    },
    warn(code) {
      warnings.push(code);
    },
    debug() {},
  };
}
