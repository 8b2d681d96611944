import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { fieldsOf } from '../control-server/live/stream-reader.ts';
import { capture, createKey, openAgentStream, startNodeProcess } from '../helpers/node-process.ts';
import { startPostgres } from '../helpers/postgres-cluster.ts';
import { createDatabaseOn } from '../helpers/postgres-database.ts';
import { until } from '../helpers/until.ts';

test(
  'while PostgreSQL is away streams and the last state stay, a kill works, and all is as it should be after it',
  { timeout: 120_000 },
  async () => {
    const cluster = await startPostgres();
    onTestFinished(() => cluster.end());
    const database = await createDatabaseOn(cluster.url);
    const [a, b] = await Promise.all([startNodeProcess(database), startNodeProcess(database)]);
    const { secret } = await createKey(a);
    const streams = await Promise.all([a, b].map((node) => openAgentStream(node, secret)));
    const [atA, atB] = streams;
    await a.api('POST', '/api/breakpoints', { serviceName: 'shop', label: 'checkout' });
    for (const stream of streams) await stream.next('breakpoint_created');
    const [before, during] = [randomUUID(), randomUUID()];
    const activeAtA = () => fetch(`${a.url}/sdk/snapshots/active/shop`, { headers: { 'x-api-key': secret } });
    expect(await (await activeAtA()).json()).toMatchObject({ breakpoints: [{ label: 'checkout' }] });
    expect((await capture(a, secret, [before])).status).toBe(202);

    await cluster.stop();
    const refused = await capture(a, secret, [during]);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await (await activeAtA()).json()).toMatchObject({ breakpoints: [{ label: 'checkout' }] });
    expect((await fetch(`${a.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${a.url}/readyz`)).status).toBe(503);

    const kill = await a.api('PUT', '/api/kill-switch', { scope: 'global', on: true });
    expect(kill).toMatchObject({ status: 200, body: { on: true, written: false } });
    expect(fieldsOf((await atA?.next('kill_switch')) ?? neverSent())).toMatchObject({ enabled: true });
    expect(atB?.events.some(({ name }) => name === 'kill_switch')).toBe(false);

    await cluster.start();
    expect(fieldsOf((await atB?.next('kill_switch', 30_000)) ?? neverSent())).toMatchObject({
      enabled: true,
    });
    await until(
      'the kill to be written',
      async () => {
        const { body } = await b.api('GET', '/api/kill-switch');
        return JSON.stringify(body).includes('"written":true') || null;
      },
      20_000,
    );
    for (const node of [a, b]) {
      await until(
        'the node to be ready',
        async () => (await fetch(`${node.url}/readyz`)).status === 200,
        20_000,
      );
    }
    const again = await capture(a, secret, [before, during]);
    expect(await again.json()).toMatchObject({ accepted: 1, duplicates: 1 });
    // Each outage is one line of each thing that could not be done, not one a second.
    for (const node of [a, b]) {
      expect(node.output.split('\n').filter((line) => line.includes('other nodes')).length).toBeLessThan(3);
      expect(node.output).not.toContain('secret@');
    }
  },
);

function neverSent(): never {
  throw new Error('There is no stream.');
}
