/** A function as a stack calls it. One without a name may be an arrow function as well as the top level of a file. */
export function toFunctionName(functionName: string): string {
  return functionName === '' ? '(anonymous)' : functionName;
}
