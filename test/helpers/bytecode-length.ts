import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const INDEX = pathToFileURL(join(import.meta.dirname, '..', '..', 'src', 'index.ts')).href;

/** How many bytes of bytecode V8 makes of the exported function of this name. */
export async function readBytecodeLength(functionName: 'captureSnapshot'): Promise<number> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--print-bytecode',
      `--print-bytecode-filter=${functionName}`,
      '--input-type=module',
      '--eval',
      `import { ${functionName} } from ${JSON.stringify(INDEX)}; ${functionName}('label', { a: 1 });`,
    ],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const lengths = [...stdout.matchAll(/Bytecode length: (\d+)/g)].map(([, length]) => Number(length));
  if (lengths.length !== 1) throw new Error(`${lengths.length} functions are called ${functionName}`);
  return lengths[0] ?? Number.NaN;
}
