/** Sets a breakpoint three times, and says what V8's debugger is asked. */
import { writeSync } from 'node:fs';
import inspector from 'node:inspector';

const { prototype } = inspector.Session;
// oxlint-disable-next-line typescript/unbound-method -- called with the session that it is taken from
const post = prototype.post as (this: inspector.Session, ...args: unknown[]) => void;
Object.assign(prototype, {
  post(this: inspector.Session, ...args: unknown[]) {
    const [method, params] = args as [string, { readonly condition?: string } | undefined];
    const where =
      method !== 'Debugger.setBreakpoint'
        ? ''
        : params?.condition === 'false'
          ? ' of ours'
          : ' in the application';
    // At once, so that it stands in its place among the lines of V8.
    writeSync(1, `asks ${method.replace('Debugger.', '')}${where}\n`);
    return Reflect.apply(post, this, args);
  },
});

const { createLines } = await import('./lines-in-process.ts');
const file = process.env['LINE_FILE'] ?? '';
await import(file);
const program = createLines();
for (const id of ['one', 'two', 'three']) {
  await program.set([{ id, file_path: file, line_number: Number(process.env['LINE_NUMBER']) }]);
  await program.set([]);
}
program.lines.close();
