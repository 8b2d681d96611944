import { Type } from 'typebox';
import type { TObject, TSchema, TString } from 'typebox';
import { CODE_ORIGINS } from '../../src/protocol/code-origin.ts';

const orNull = Type.Union([Type.String(), Type.Null()]);
const mode = Type.Union([Type.Literal('snapshot'), Type.Literal('logpoint')]);

const summary = Type.Object({
  id: Type.String(),
  cursor: Type.String({ description: 'Opaque, for before= and after=' }),
  serviceName: Type.String(),
  environment: Type.String(),
  label: orNull,
  filePath: Type.String(),
  lineNumber: Type.Integer(),
  functionName: Type.String(),
  breakpointId: orNull,
  instanceId: orNull,
  traceId: orNull,
  mode,
  capturedAt: Type.String(),
  receivedAt: Type.String(),
  preview: Type.String(),
  flags: Type.Array(Type.String()),
  pinned: Type.Boolean({ description: 'No retention deletes it' }),
  sizeBytes: Type.Integer(),
});

const frame = Type.Object({
  functionName: Type.String({ description: 'Empty at top level' }),
  filePath: Type.String(),
  lineNumber: Type.Integer({ description: '1-based; 0 for functions of the engine' }),
  columnNumber: Type.Integer(),
  origin: Type.Union(
    CODE_ORIGINS.map((origin) => Type.Literal(origin)),
    { description: 'Whose code the frame runs' },
  ),
  isAsync: Type.Boolean({ description: 'The function awaits' }),
});

/** Answer to `GET /api/snapshots`. */
export const SNAPSHOT_PAGE: TSchema = Type.Object({
  items: Type.Array(summary),
  nextCursor: orNull,
  search: Type.Union([
    Type.Object({
      pending: Type.Integer({ description: 'Snapshots that no search finds yet, at most' }),
      indexedThrough: Type.Union([Type.String(), Type.Null()], {
        description: 'When the newest that is found was received',
      }),
    }),
    Type.Null(),
  ]),
});

/** Answer to `GET /api/snapshots/:id`. */
export const SNAPSHOT: TSchema = Type.Object(
  {
    id: Type.String(),
    cursor: Type.String({ description: 'before= it lies the previous hit of a list, after= it the next' }),
    receivedAt: Type.String(),
    pinned: Type.Boolean(),
    sizeBytes: Type.Integer(),
    frames: Type.Array(frame, { description: 'The call stack, nearest first' }),
    variables: Type.Unknown(),
  },
  { additionalProperties: true, description: 'Everything that was captured' },
);

/** The path of one snapshot. */
export const SNAPSHOT_PARAMS: TObject<{ id: TString }> = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 64 }),
});
