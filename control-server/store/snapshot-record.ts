import { randomBytes } from 'node:crypto';
import { readInteger } from '../../src/protocol/json.ts';
import type { SnapshotResource } from '../../src/protocol/api.ts';
import { MAX_LABEL_LENGTH } from '../../src/protocol/limits.ts';
import type { BreakpointMode } from '../../src/protocol/breakpoint.ts';
import { createSnapshotId } from '../../src/protocol/snapshot-id.ts';
import { encodeSnapshot, parseSnapshot } from '../../src/protocol/snapshot.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { readInstant, toIso } from './instant.ts';
import { previewOf } from './preview.ts';
import { toStorableText } from '../../src/protocol/storable-text.ts';
import { StoreError } from './store-error.ts';

/** Scrub types kept of one snapshot for the list, and characters of each; a foreign client may send any. */
const MAX_FLAGS = 64;
const MAX_FLAG_LENGTH = 64;
/** Characters kept for the list: a page of 500 rows stays small whatever a client sends. The body has all of it. */
const MAX_PLACE_LENGTH = 512;
const MAX_ID_LENGTH = 128;

/**
 * A snapshot as it is stored: what a list shows, apart from the body, which no list reads. It is made before it goes
 * to the store's thread: one string is cheaper to hand over than a tree of objects.
 */
export interface SnapshotRecord {
  readonly id: string;
  readonly serviceName: string;
  readonly label: string | null;
  readonly filePath: string;
  readonly lineNumber: number;
  readonly functionName: string;
  readonly breakpointId: string | null;
  readonly instanceId: string | null;
  readonly traceId: string | null;
  readonly mode: BreakpointMode;
  readonly capturedAt: number;
  readonly release: string | null;
  readonly commit: string | null;
  readonly preview: string;
  /** JSON array of the distinct scrub types. */
  readonly flags: string;
  readonly sizeBytes: number;
  /** The snapshot as JSON in wire names: a later version reads it with the same parser as what agents send. */
  readonly body: string;
}

/** What a stored row adds to its body, or corrects. */
export interface StoredBody {
  readonly id: string;
  readonly cursor: string;
  readonly environment: string;
  readonly breakpointId: string | null;
  readonly receivedAt: number;
  readonly isPinned: boolean;
  readonly sizeBytes: number;
  readonly body: string;
}

/** The record of a snapshot; one from a foreign client gets an id. */
export function toRecord(snapshot: Snapshot, nowMs: number): SnapshotRecord {
  const body = JSON.stringify(encodeSnapshot(snapshot));
  const preview = previewOf(snapshot);
  const label = cutOptional(snapshot.label, MAX_LABEL_LENGTH);
  const filePath = cut(snapshot.filePath, MAX_PLACE_LENGTH);
  const functionName = cut(snapshot.functionName, MAX_PLACE_LENGTH);
  return {
    id: snapshot.snapshotId ?? createSnapshotId(nowMs, randomBytes(10)),
    serviceName: toStorableText(snapshot.serviceName),
    label,
    filePath,
    lineNumber: readInteger(snapshot.lineNumber, 0),
    functionName,
    breakpointId: cutOptional(snapshot.breakpointId, MAX_ID_LENGTH),
    instanceId: cutOptional(snapshot.instanceId, MAX_ID_LENGTH),
    traceId: cutOptional(snapshot.traceId, MAX_ID_LENGTH),
    mode: snapshot.mode,
    capturedAt: readInstant(snapshot.capturedAt, 'capturedAt'),
    release: cutOptional(snapshot.release, MAX_ID_LENGTH),
    commit: cutOptional(snapshot.commit, MAX_ID_LENGTH),
    preview,
    flags: JSON.stringify(flagsOf(snapshot)),
    sizeBytes: Buffer.byteLength(body),
    body,
  };
}

/** The snapshot behind a stored row. */
export function toResource(stored: StoredBody): SnapshotResource {
  const snapshot = parseSnapshot(JSON.parse(stored.body));
  if (typeof snapshot === 'string') {
    throw new StoreError('store_failed', `The stored snapshot ${stored.id} cannot be read: ${snapshot}.`);
  }
  const { snapshotId: _, ...rest } = snapshot;
  return {
    ...rest,
    id: stored.id,
    cursor: stored.cursor,
    environment: stored.environment,
    breakpointId: stored.breakpointId,
    receivedAt: toIso(stored.receivedAt),
    pinned: stored.isPinned,
    sizeBytes: stored.sizeBytes,
  };
}

function flagsOf({ securityFlags }: Snapshot): string[] {
  const types = new Set(securityFlags.map(({ type }) => cut(type, MAX_FLAG_LENGTH)));
  return [...types].slice(0, MAX_FLAGS);
}

function cut(text: string, maxLength: number): string {
  return toStorableText(text.slice(0, maxLength));
}

function cutOptional(text: string | null, maxLength: number): string | null {
  return text === null ? null : cut(text, maxLength);
}
