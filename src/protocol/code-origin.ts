/** Whose code runs in a frame. `node` is Node itself and the engine under it. */
export type CodeOrigin = 'application' | 'dependency' | 'node';

/** All kinds of code, the reader's own first. */
export const CODE_ORIGINS: readonly CodeOrigin[] = ['application', 'dependency', 'node'];

/** Also inside pnpm's `.pnpm`, Yarn's zip files and virtual folders, `webpack://` names and the place of an eval. */
const DEPENDENCY = /(?:^|[\\/(])node_modules[\\/]/;
/** What webpack adds to a bundle of its own: no file of anybody. */
const BUNDLER_RUNTIME = /^webpack:\/\/[^/]*\/webpack\/(?:bootstrap|runtime)/;

/**
 * Whose code stands in a file, by its name alone: path, URL, or the name that V8 gives to code without a file.
 *
 * Node's are `node:` names, and `<anonymous>`, which is what the engine's own functions (`Array.map`) have. A dependency's
 * lie in some `node_modules`. All else is the application's: eval, `new Function` and vm scripts (unless a dependency
 * evaluates them), `[eval]`, WebAssembly. An application that is itself installed in a `node_modules` is a dependency here.
 */
export function originOfFile(filePath: string): CodeOrigin {
  if (filePath.startsWith('node:') || filePath === '<anonymous>') return 'node';
  return DEPENDENCY.test(filePath) || BUNDLER_RUNTIME.test(filePath) ? 'dependency' : 'application';
}
