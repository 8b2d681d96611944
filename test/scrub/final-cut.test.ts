import { describe, expect, test } from 'vitest';
import { encodeSnapshot } from '../../src/protocol/snapshot.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { cutToPayload } from '../../src/scrub/final-cut.ts';
import { createRandom } from './seeded-random.ts';

const MAX_BYTES = 16_384;

/** Characters that take one byte of JSON, two, three, four and six. */
const CHARACTERS: readonly string[] = ['a', '"', '\\', '\n', 'é', '語', '😀', '\u0001', '\ud800'];

function snapshotOf(text: (length: number) => string, frames: number): Snapshot {
  return {
    snapshotId: text(36),
    breakpointId: text(36),
    serviceName: text(20),
    environment: text(10),
    release: text(10),
    commit: text(40),
    host: text(20),
    instanceId: text(36),
    label: text(30),
    filePath: text(60),
    lineNumber: Number.MAX_SAFE_INTEGER,
    functionName: text(30),
    variables: { [text(10)]: text(60) },
    valueMarks: [],
    stackTrace: text(frames * 60),
    frames: Array.from({ length: frames }, () => ({
      functionName: text(20),
      filePath: text(40),
      lineNumber: Number.MAX_SAFE_INTEGER,
      columnNumber: Number.MAX_SAFE_INTEGER,
      origin: 'application' as const,
      isAsync: true,
    })),
    traceId: text(32),
    spanId: text(16),
    requestContext: {
      method: text(7),
      path: text(40),
      url: text(60),
      ip: text(39),
      userAgent: text(80),
      query: { [text(8)]: text(20) },
      headers: { [text(12)]: text(20) },
    },
    expressionResults: { [text(12)]: text(30) },
    logMessage: text(80),
    mode: 'snapshot',
    capturedAt: '2026-01-01T00:00:00.000Z',
    truncated: {},
    securityFlags: [{ type: text(12), severity: 'medium', path: text(30) }],
    scrubbed: { version: '1' },
  };
}

function bytesOf(snapshot: Snapshot): number {
  return Buffer.byteLength(JSON.stringify(encodeSnapshot(snapshot)));
}

describe('the cut to the payload', () => {
  test.each(CHARACTERS)('leaves no snapshot too long, whatever its texts are made of: %j', (character) => {
    const random = createRandom(7);
    for (let frames = 0; frames <= 60; frames += 2) {
      const snapshot = snapshotOf((length) => character.repeat(random.below(2 * length)), frames);
      expect(bytesOf(cutToPayload(snapshot, MAX_BYTES))).toBeLessThanOrEqual(MAX_BYTES);
    }
  });

  test.each(CHARACTERS)('leaves what fits as it is: %j', (character) => {
    for (let frames = 0; frames <= 60; frames += 2) {
      const snapshot = snapshotOf((length) => character.repeat(length), frames);
      if (bytesOf(snapshot) <= MAX_BYTES) expect(cutToPayload(snapshot, MAX_BYTES)).toEqual(snapshot);
    }
  });
});
