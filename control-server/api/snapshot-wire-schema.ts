import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { CODE_ORIGINS } from '../../src/protocol/code-origin.ts';
import { CUT_REASONS, VALUE_KINDS } from '../../src/protocol/value-mark.ts';
import { VARIABLE_SCOPE_KINDS } from '../../src/protocol/variable-scope.ts';

const text = Type.Optional(Type.String());
const anything = Type.Object({}, { additionalProperties: true });
const oneOf = (values: readonly string[]): TSchema => Type.Union(values.map((value) => Type.Literal(value)));

const frame = Type.Object({
  function: Type.String({ description: 'Empty at top level' }),
  file: Type.String(),
  line: Type.Integer({ description: '1-based; 0 for functions of the engine' }),
  column: Type.Integer(),
  in_app: Type.Boolean(),
  origin: oneOf(CODE_ORIGINS),
  async: Type.Optional(Type.Boolean({ description: 'The function awaits' })),
});

const mark = Type.Object({
  path: Type.String({ description: 'JSON Pointer into `variables`' }),
  kind: oneOf(VALUE_KINDS),
  class_name: text,
  reason: Type.Optional(oneOf(CUT_REASONS)),
  size: Type.Optional(Type.Integer()),
});

/** A snapshot in the words of the agents' protocol, as an export writes it. */
const snapshot: TSchema = Type.Object(
  {
    snapshot_id: Type.Optional(
      Type.String({
        description: 'A UUID: once stored, it is a duplicate. Without one its content is its id.',
      }),
    ),
    service_name: Type.String({ minLength: 1 }),
    captured_at: Type.String({ description: 'RFC 3339' }),
    received_at: Type.Optional(Type.String({ description: 'Ignored: it is received now' })),
    environment: Type.Optional(Type.String({ description: '`environment=` goes before it' })),
    breakpoint_id: text,
    label: text,
    file_path: text,
    line_number: Type.Optional(Type.Integer()),
    function_name: text,
    variables: Type.Optional(Type.Unknown({ description: 'Plain JSON' })),
    value_marks: Type.Optional(Type.Array(mark, { description: 'What stands where in `variables`' })),
    scopes: Type.Optional(
      Type.Array(Type.Object({ kind: oneOf(VARIABLE_SCOPE_KINDS), names: Type.Array(Type.String()) })),
    ),
    security_flags: Type.Optional(
      Type.Array(
        Type.Object({ type: Type.String(), severity: oneOf(['low', 'medium', 'high']), path: Type.String() }),
      ),
    ),
    stack_trace: text,
    frames: Type.Optional(Type.Array(frame, { description: 'Nearest first' })),
    source: Type.Optional(
      Type.Array(
        Type.Object({
          frame: Type.Integer({ description: 'Its place in `frames`, from 0' }),
          start_line: Type.Integer({ minimum: 1 }),
          lines: Type.Array(Type.String()),
        }),
      ),
    ),
    trace_id: text,
    span_id: text,
    request_context: Type.Optional(
      Type.Object({
        method: text,
        path: text,
        url: text,
        ip: text,
        user_agent: text,
        query: Type.Optional(anything),
        headers: Type.Optional(anything),
      }),
    ),
    expression_results: Type.Optional(anything),
    log_message: text,
    mode: Type.Optional(oneOf(['snapshot', 'logpoint'])),
    truncated: Type.Optional(
      Type.Object(Object.fromEntries(CUT_REASONS.map((reason) => [reason, Type.Optional(Type.Integer())])), {
        description: 'How many places were cut for each reason',
      }),
    ),
    release: text,
    commit: text,
    host: text,
    instance_id: text,
    scrubbed: Type.Optional(
      Type.Object({ version: Type.String() }, { description: 'Left out: everything is scrubbed here' }),
    ),
  },
  { additionalProperties: true, description: 'Fields that nobody knows are ignored' },
);

/** Bodies of `POST /api/snapshots/import` by media type. They are described, and judged snapshot by snapshot. */
export const IMPORT_BODY: { readonly content: Readonly<Record<string, { readonly schema: TSchema }>> } = {
  content: {
    'application/json': { schema: Type.Union([Type.Array(snapshot, { maxItems: 1_000 }), snapshot]) },
    'application/x-ndjson': {
      schema: Type.String({ description: 'Such a snapshot a line, 1,000 at most; `application/ndjson` too' }),
    },
  },
};
