import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * `node types-for-require.ts <dist> <entry>…` copies the declarations of the entries, and what they import, to
 * `<dist>/require`, where a package.json says that they are of CommonJS. Node gives an ES module to `require`; TypeScript with
 * `"module": "node16"` or `"node18"`, and before 5.8 with `nodenext` too, only knows that by declarations of their own.
 */
const [dist = 'dist', ...entries] = process.argv.slice(2);
const target = join(dist, 'require');
rmSync(target, { recursive: true, force: true });
const copied = new Set<string>();
for (const entry of entries) copy(join(dist, `${entry}.d.ts`));
writeFileSync(join(target, 'package.json'), '{"type":"commonjs"}\n');

function copy(file: string): void {
  if (copied.has(file)) return;
  copied.add(file);
  const to = join(target, relative(dist, file));
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(file, to);
  for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(
    /\b(?:from |import\(|import )['"](\.[^'"]+)['"]/g,
  )) {
    copy(join(dirname(file), from.replace(/\.[jt]s$/, '.d.ts')));
  }
}
