import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const loader: unknown = require('../fixtures/modules/native-import.cjs');

/** Imports by Node's own loader, so that the result is a real module namespace and not a test runner's stand-in. */
export async function nativeImport(specifier: string): Promise<object> {
  return (loader as { nativeImport: (specifier: string) => Promise<object> }).nativeImport(specifier);
}
