import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { connectStoreThread } from '../../../control-server/store/store-thread.ts';

const READY = `const { parentPort } = require('node:worker_threads'); parentPort.postMessage({ kind: 'ready' });`;
const GONE = {
  name: 'StoreError',
  code: 'store_failed',
  message: expect.stringContaining('starts it again'),
};

test.each([
  { how: 'throws', does: `throw new Error('broken')`, cause: 'broken' },
  { how: 'exits', does: `process.exit(7)`, cause: 'exit code 7' },
  { how: 'ends', does: `parentPort.close()`, cause: 'exit code 0' },
])('a thread that $how rejects what waits and what comes after', async ({ does, cause }) => {
  const thread = await connectStoreThread(start(`${READY} parentPort.on('message', () => { ${does} });`));
  const waiting = await Promise.allSettled([thread.call('countUsers'), thread.call('listKeys')]);
  for (const settled of waiting) expect(settled).toMatchObject({ status: 'rejected', reason: GONE });
  await expect(thread.call('countUsers')).rejects.toMatchObject({
    ...GONE,
    cause: expect.objectContaining({ message: expect.stringContaining(cause) }),
  });
  await thread.close();
});

test('a thread that is short of memory rejects instead of ending the process', async () => {
  const program = `${READY} parentPort.on('message', () => { const all = []; for (;;) all.push({ list: [1.5, {}] }); });`;
  const thread = await connectStoreThread(start(program));
  await expect(thread.call('countUsers')).rejects.toMatchObject(GONE);
  await thread.close();
});

test('a thread that cannot start says why', async () => {
  const failed = `require('node:worker_threads').parentPort.postMessage({
    kind: 'failed', error: { code: 'data_is_newer', message: 'newer', cause: 'schema 9' } });`;
  await expect(connectStoreThread(start(failed))).rejects.toMatchObject({
    code: 'data_is_newer',
    message: 'newer',
    cause: expect.objectContaining({ message: 'schema 9' }),
  });
  await expect(connectStoreThread(start('syntax error here'))).rejects.toMatchObject(GONE);
});

test('what cannot be handed to the thread is rejected, and the next call works', async () => {
  const echo = `${READY} parentPort.on('message', ({ kind, id }) =>
    kind === 'close' ? parentPort.close() : parentPort.postMessage({ kind: 'value', id, value: 3 }));`;
  const thread = await connectStoreThread(start(echo));
  const unreadable: object = { environment: () => 'a function' };
  await expect(thread.call('listBreakpoints', unreadable)).rejects.toMatchObject({
    code: 'store_failed',
    cause: expect.objectContaining({ name: 'DataCloneError' }),
  });
  expect(await thread.call('countUsers')).toBe(3);
  await thread.close();
});

function start(program: string): Worker {
  const worker = new Worker(program, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 32 } });
  onTestFinished(async () => {
    await worker.terminate();
  });
  return worker;
}
