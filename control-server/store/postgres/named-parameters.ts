import { toStorableText } from '../../../src/protocol/storable-text.ts';

type Scalar = string | number | null;

/** Values for the named places (`:name`) of a statement; a list stands for an array. */
export type Parameters = Readonly<Record<string, Scalar | readonly Scalar[]>>;

/** A statement with numbered places, as the server takes it. */
export interface BoundStatement {
  readonly text: string;
  readonly values: (Scalar | readonly Scalar[])[];
}

/** A cast (`::text`) is no place. */
const PLACE = /(?<!:):([a-zA-Z]\w*)/g;

/**
 * Numbers the places of a statement. A place without a value throws: a misspelt name must not become a null. What
 * PostgreSQL cannot store in a text is replaced here: what is compared or answered was made storable before.
 */
export function bind(sql: string, parameters: Parameters): BoundStatement {
  const numbers = new Map<string, number>();
  const values: BoundStatement['values'] = [];
  const text = sql.replaceAll(PLACE, (_, name: string) => {
    let number = numbers.get(name);
    if (number === undefined) {
      const value = parameters[name];
      if (value === undefined) throw new Error(`The statement's place :${name} has no value.`);
      number = values.push(toStorable(value));
      numbers.set(name, number);
    }
    return `$${number}`;
  });
  return { text, values };
}

function toStorable(value: Scalar | readonly Scalar[]): Scalar | readonly Scalar[] {
  if (typeof value === 'string') return toStorableText(value);
  if (value === null || typeof value === 'number') return value;
  return value.map((element) => (typeof element === 'string' ? toStorableText(element) : element));
}
