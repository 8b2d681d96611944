import type { Material } from './random-material.ts';

/** Writes a text; what has to be replaced stands between « and ». */
export type WriteText = (material: Material) => string;

/** Builds a value; what has to be replaced goes through `secret`, which hands back the marker when the expectation is built. */
export type BuildValue = (material: Material, secret: <Secret>(value: Secret) => Secret) => unknown;

/** The cases of one type: what has to be found, and what looks like it and has to stay. */
export interface TypeCases {
  readonly type: string;
  /** Markers of these types are as good, where the name and not the value says what it is. */
  readonly orInTexts?: readonly string[];
  readonly orInValues?: readonly string[];
  readonly texts: readonly WriteText[];
  readonly values: readonly BuildValue[];
  readonly harmlessTexts: readonly WriteText[];
  readonly harmlessValues: readonly BuildValue[];
}

/** An error with the stack that it has in a service, the same wherever it is made. */
export function failure(message: string): Error {
  const error = new Error(message);
  error.stack = `Error: ${message}\n    at handle (/srv/app/src/orders/handle.ts:42:11)\n    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`;
  return error;
}
