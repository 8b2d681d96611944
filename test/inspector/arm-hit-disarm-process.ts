/** What goes to V8's debugger while a breakpoint is armed, hit, rests, is killed, expires and is removed. */
import inspector from 'node:inspector';
import { setImmediate as nextTurn, setTimeout as pass } from 'node:timers/promises';
import { compileBreakpoint } from '../../src/breakpoints/compiled-breakpoint.ts';
import { parseBreakpoint } from '../../src/protocol/breakpoint.ts';

const sent: string[] = [];
let isSettling = false;
const { prototype } = inspector.Session;
// oxlint-disable-next-line typescript/unbound-method -- called with the session that it is taken from
const post = prototype.post as (this: inspector.Session, ...args: unknown[]) => void;
Object.assign(prototype, {
  post(this: inspector.Session, ...args: unknown[]) {
    const [method, params] = args as [string, { readonly condition?: string } | undefined];
    // The one that makes V8's compiler settle, which is gone at once.
    if (params?.condition === 'false') isSettling = true;
    else if (isSettling) isSettling = false;
    else sent.push(method.replace('Debugger.', ''));
    return Reflect.apply(post, this, args);
  },
});

const { createLines } = await import('./lines-in-process.ts');
const { lineOf } = await import('./run-lines.ts');

function hot(value: number): number {
  const doubled = value * 2;
  return doubled + 1; // BREAKPOINT hot
}

const file = import.meta.filename;
const at = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: 'hot',
  file_path: file,
  line_number: lineOf(file, 'hot'),
  ...more,
});
const drain = async (): Promise<string[]> => {
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  return sent.splice(0).filter((method) => method !== 'setSkipAllPauses' && !method.startsWith('get'));
};
/** What was sent until this was, which a busy machine takes its time for. */
const until = async (method: string): Promise<string[]> => {
  while (!sent.includes(method)) await pass(2);
  return drain();
};
const globalNames = (): number => Reflect.ownKeys(globalThis).length;

const namesBefore = globalNames();
const program = createLines({ rateLimitMs: 1_000 });
const { lines } = program;
const result: Record<string, unknown> = { idle: await drain() };

await program.set([at()]);
result['armed'] = await until('setBreakpoint');
result['globalsWhileArmed'] = globalNames() - namesBefore;
let sum = 0;
for (let i = 0; i < 1_000_000; i++) sum += hot(i);
result['sum'] = sum;
result['capturedInALoop'] = program.captured();
result['hit'] = await until('disable');

result['rested'] = await until('setBreakpoint');
hot(1);
result['capturedAfterTheRest'] = program.captured();
await until('disable');

await until('setBreakpoint');
lines.setOpen(false);
result['killedAtOnce'] = sent.splice(0);
hot(1);
result['capturedWhileKilled'] = program.captured();
lines.setOpen(true);
result['released'] = await until('setBreakpoint');

lines.expireAll();
result['outOfContact'] = await drain();
lines.resumeContact();
result['backInContact'] = await until('setBreakpoint');

await program.set([at({ id: 'short', expire_at: new Date(Date.now() + 1_000).toISOString() })]);
await until('setBreakpoint');
result['expired'] = await until('disable');
hot(1);
result['capturedWhenExpired'] = program.captured();

await program.set([at({ id: 'limited', max_captures: 1 })]);
await until('setBreakpoint');
hot(1);
result['spent'] = await until('disable');

await program.set([at({ id: 'removed' })]);
await until('setBreakpoint');
await program.set([]);
result['removed'] = await until('disable');

await program.set([at({ id: 'closed' })]);
await until('setBreakpoint');
lines.close();
result['closed'] = sent.splice(0);
const late = parseBreakpoint(at({ id: 'late' }));
if (late === null) throw new Error('not a breakpoint');
lines.setOpen(true);
lines.follow([compileBreakpoint(late)]);
result['afterTheEnd'] = await drain();
result['globalsAfterwards'] = globalNames() - namesBefore;
process.stdout.write(`${JSON.stringify(result)}\n`);
