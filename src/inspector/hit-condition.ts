import type { NamesAt } from './names-at.ts';

/**
 * The text that V8 evaluates when the place is reached. It reads names and hands their values over; it never yields true, so
 * nothing pauses. Nothing in it comes from the control server: the names are those that the parse of the script found.
 * A name that has no value yet throws, and is left out. The values go into an object without a prototype, whose members
 * no setter of the program can catch.
 */
export function writeHitCondition(gateway: string, spotId: number, names: NamesAt): string {
  const bag = `${gateway}_`;
  const readings = names.scopes.flatMap((scope) => scope.names).map((name) => read(`${bag}.${name}`, name));
  if (names.hasThis) readings.push(read(`${bag}.this`, 'this'));
  for (const field of names.privateFields)
    readings.push(read(`${bag}[${JSON.stringify(field)}]`, `this.${field}`));
  if (names.hasArguments) readings.push(read(`${bag}.arguments`, 'arguments'));
  return `{const ${bag}={__proto__:null};${readings.join('')}${gateway}(${spotId},${bag})}false`;
}

function read(target: string, expression: string): string {
  return `try{${target}=${expression}}catch{}`;
}
