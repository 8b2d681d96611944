import { Type } from 'typebox';
import type { TSchema } from 'typebox';

/** RFC 9457, as every refusal of this API is answered. */
const problem: TSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable, snake_case; scripts may rely on it.' }),
    detail: Type.String({ description: 'What happened and what to do next, for a person.' }),
    field: Type.Optional(Type.String({ description: 'Which field is wrong.' })),
    requestId: Type.Optional(
      Type.String({ description: 'From 500 on: names the line of the log that says more.' }),
    ),
    position: Type.Optional(Type.Integer({ description: 'Offset in the text of that field.' })),
  },
  { description: 'application/problem+json' },
);

/** What any route that is not public may answer besides its own. */
const COMMON: Readonly<Record<number, string>> = {
  400: 'Bad request: which field, and what was expected',
  401: 'Nobody is signed in (`not_signed_in`, or `setup_pending` before the first account)',
  403: 'Not allowed for this role, or sent by another site',
};

/** Documents the answers of a route: what it gives, and the problems that it may refuse with. */
export function answers(
  success: Readonly<Record<number, object>>,
  problems: Readonly<Record<number, string>> = {},
): Record<number, unknown> {
  const refusals = Object.entries({ ...COMMON, ...problems }).map(([status, description]) => [
    status,
    { description, content: { 'application/problem+json': { schema: problem } } },
  ]);
  return { ...Object.fromEntries(refusals), ...success };
}

/** An answer without a body. */
export function nothing(description: string): TSchema {
  return Type.Null({ description });
}
