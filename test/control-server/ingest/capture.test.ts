import { randomBytes } from 'node:crypto';
import { createSnapshotScrubber } from '../../../src/scrub/snapshot-scrubber.ts';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { gzip, gzipSync, zstdCompress, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createSnapshotId } from '../../../src/protocol/snapshot-id.ts';
import { SCRUB_VERSION } from '../../../src/scrub/scrubber.ts';
import { openStream } from '../live/stream-reader.ts';
import { startIngest } from './ingest-server.ts';
import type { Answer, IngestServer } from './ingest-server.ts';
import { exchange } from './raw-exchange.ts';
import { eventually } from '../../helpers/until.ts';

const PATH = '/sdk/snapshots/capture';
const NDJSON = { 'content-type': 'application/x-ndjson' };

const newId = (): string => createSnapshotId(Date.now(), randomBytes(10));

/** A snapshot in wire names with nothing special about it. */
function wire(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    snapshot_id: newId(),
    service_name: 'shop',
    label: 'checkout',
    function_name: 'placeOrder',
    file_path: '/app/order.ts',
    line_number: 7,
    variables: { total: 3 },
    captured_at: new Date().toISOString(),
    ...fields,
  };
}

function lines(...items: readonly unknown[]): string {
  return items.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n');
}

/** JSON of arrays within arrays: this many levels. */
function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

let server: IngestServer;
beforeAll(async () => {
  server = await startIngest();
});
afterAll(() => server.close());

const others: IngestServer[] = [];
async function another(...options: Parameters<typeof startIngest>): Promise<IngestServer> {
  const made = await startIngest(...options);
  others.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(others.splice(0).map((made) => made.close()));
});

function capture(body: unknown, headers: Record<string, string> = {}, on = server): Promise<Answer> {
  return on.call(PATH, { method: 'POST', body, headers });
}

describe('a lone snapshot', () => {
  test('is answered 201 after it is stored, with a receipt', async () => {
    const id = newId();
    const answer = await capture(wire({ snapshot_id: id }), { 'x-agent-instance': id });
    expect(answer).toMatchObject({
      status: 201,
      json: { accepted: 1, duplicates: 0, rejected: [], kill_switch: false },
    });
    expect(answer.json).toHaveProperty('version', expect.stringMatching(/^\d+-\d+$/));
    await expect(server.store.readSnapshot(id)).resolves.toMatchObject({
      serviceName: 'shop',
      environment: 'default',
      variables: { total: 3 },
      instanceId: id,
      scrubbed: { version: SCRUB_VERSION },
    });
  });

  test('that was stored before is a duplicate', async () => {
    const body = wire();
    await capture(body);
    await expect(capture(body)).resolves.toMatchObject({
      status: 200,
      json: { accepted: 0, duplicates: 1, rejected: [] },
    });
  });

  test('keeps keys such as __proto__ as data', async () => {
    const id = newId();
    const body = JSON.stringify(wire({ snapshot_id: id })).replace(
      '"total":3',
      '"__proto__":{"isAdmin":true},"constructor":{"prototype":1}',
    );
    await expect(capture(body)).resolves.toMatchObject({ status: 201 });
    const stored = await server.store.readSnapshot(id);
    expect(JSON.stringify(stored?.variables)).toBe(
      '{"__proto__":{"isAdmin":true},"constructor":{"prototype":1}}',
    );
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  test('with an id or an instance that is no UUID gets an id of the server and no instance', async () => {
    await capture(wire({ service_name: 'odd-ids', snapshot_id: '../../etc', instance_id: 'x\ny' }), {
      'x-agent-instance': 'not a uuid',
    });
    const { items } = await server.store.listSnapshots({ service: 'odd-ids' });
    expect(items[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(items[0]?.instanceId).toBeNull();
  });

  test.each([
    ['is not JSON', '{"service_name":', 400, 'bad_json'],
    ['is empty', '', 400, 'bad_json'],
    ['is a number', '17', 400, 'not_an_object'],
    ['has no service', JSON.stringify(wire({ service_name: '' })), 400, 'no_service_name'],
    ['has no instant', JSON.stringify(wire({ captured_at: 'yesterday' })), 400, 'bad_captured_at'],
    [
      'has a control character in its service',
      JSON.stringify(wire({ service_name: 'a\nb' })),
      400,
      'bad_service_name',
    ],
    [
      'has a service name of 201 characters',
      JSON.stringify(wire({ service_name: 's'.repeat(201) })),
      400,
      'bad_service_name',
    ],
    [
      'has a label of 257 characters',
      JSON.stringify(wire({ label: 'l'.repeat(257) })),
      400,
      'label_too_long',
    ],
    ['nests 65 levels', nested(65).replace('[[', '{"a":[').replace(/\]$/, '}'), 400, 'too_deep'],
    ['nests 100,000 levels', `{"a":${nested(100_000)}}`, 400, 'too_deep'],
  ])('that %s is refused', async (_, body, status, code) => {
    await expect(capture(body)).resolves.toMatchObject({ status, json: { code } });
  });

  test('of 64 levels, a label of 256 and a service of 200 characters is stored', async () => {
    const body = wire({ label: 'l'.repeat(256), service_name: 's'.repeat(200) });
    const text = JSON.stringify(body).replace('{"total":3}', nested(63));
    await expect(capture(text)).resolves.toMatchObject({ status: 201 });
    // Brackets within strings are no nesting.
    const inText = wire({ variables: { text: `\\"${'['.repeat(500)}` } });
    await expect(capture(inText)).resolves.toMatchObject({ status: 201 });
  });

  test('of 262,144 bytes is stored, and of one more refused', async () => {
    const room = 262_144 - JSON.stringify(wire({ variables: '' })).length;
    await expect(capture(wire({ variables: 'x'.repeat(room) }))).resolves.toMatchObject({ status: 201 });
    await expect(capture(wire({ variables: 'x'.repeat(room + 1) }))).resolves.toMatchObject({
      status: 413,
      json: { code: 'too_large' },
    });
  });

  test('needs no Content-Type, and no other than JSON will do', async () => {
    await expect(server.call(PATH, { body: wire(), isForeign: true })).resolves.toMatchObject({
      status: 201,
    });
    await expect(
      capture(wire(), { 'content-type': 'Application/JSON; charset=utf-8' }),
    ).resolves.toMatchObject({ status: 201 });
    for (const type of [
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ]) {
      await expect(capture(JSON.stringify(wire()), { 'content-type': type })).resolves.toMatchObject({
        status: 415,
        json: { code: 'unsupported_media_type' },
      });
    }
  });
});

describe('a batch', () => {
  test('is answered 202, as an array and as lines', async () => {
    const accepted = { status: 202, json: { accepted: 2, duplicates: 0, rejected: [] } };
    await expect(capture([wire(), wire()])).resolves.toMatchObject(accepted);
    await expect(capture(lines(wire(), wire()), NDJSON)).resolves.toMatchObject(accepted);
    await expect(
      capture(`\n${lines(wire(), '', '  ')}\r\n${lines(wire())}\r\n\r\n`, NDJSON),
    ).resolves.toMatchObject(accepted);
  });

  test('of none is in order', async () => {
    const none = { status: 202, json: { accepted: 0, duplicates: 0, rejected: [], version: null } };
    await expect(capture([])).resolves.toMatchObject(none);
    await expect(capture('\n', NDJSON)).resolves.toMatchObject(none);
  });

  test.each(['lines', 'array'] as const)('is never rejected by one bad snapshot (%s)', async (form) => {
    const { text } = await server.createKey({ serviceName: 'shop' });
    const twice = wire();
    const items: [item: unknown, code: string | null][] = [
      [wire(), null],
      [17, 'not_an_object'],
      [wire({ service_name: 'other' }), 'wrong_service'],
      [wire({ captured_at: null }), 'bad_captured_at'],
      [wire({ label: 'l'.repeat(257) }), 'label_too_long'],
      [wire({ label: 'a\0b' }), 'bad_label'],
      [wire({ variables: JSON.parse(nested(64)) as unknown }), 'too_deep'],
      [wire({ variables: 'x'.repeat(262_144) }), 'too_large'],
      [twice, null],
      [twice, null],
    ];
    if (form === 'lines') items.push(['{"service_name":"shop"', 'bad_json'], [wire(), null]);
    const body = form === 'lines' ? lines(...items.map(([item]) => item)) : items.map(([item]) => item);
    const answer = await server.call(PATH, {
      key: text,
      body,
      headers: form === 'lines' ? NDJSON : {},
    });
    expect(answer).toMatchObject({
      status: 202,
      json: {
        accepted: items.filter(([, code]) => code === null).length - 1,
        duplicates: 1,
        rejected: items.flatMap(([, code], index) => (code === null ? [] : [{ index, code }])),
      },
    });
  });

  test('has at most 1,000 snapshots', async () => {
    const batch = Array.from({ length: 1_000 }, () => wire({ service_name: 'many' }));
    await expect(capture(lines(...batch), NDJSON)).resolves.toMatchObject({ json: { accepted: 1_000 } });
    for (const body of [lines(...batch, wire()), JSON.stringify([...batch, wire()])]) {
      const headers = body.startsWith('[') ? {} : NDJSON;
      await expect(capture(body, headers)).resolves.toMatchObject({
        status: 413,
        json: { code: 'too_many_snapshots' },
      });
    }
  });

  test('says nothing of a version or a kill when it is of several services', async () => {
    const answer = await capture([wire(), wire({ service_name: 'api' })]);
    expect(answer.json).toMatchObject({ accepted: 2, version: null, kill_switch: null });
  });

  test('that nests beyond all measure as an array is refused at once', async () => {
    await expect(capture(`[${nested(2_000_000)}]`)).resolves.toMatchObject({
      status: 400,
      json: { code: 'too_deep' },
    });
    await expect(capture('[{]')).resolves.toMatchObject({ status: 400, json: { code: 'bad_json' } });
  });
});

describe('a packed body', () => {
  const body = Buffer.from(lines(wire(), wire()));

  test.each([
    ['gzip', gzipSync(body)],
    ['GZIP', gzipSync(body)],
    ['zstd', zstdCompressSync(body)],
    ['identity', body],
  ])('is unpacked: %s', async (encoding, packed) => {
    await expect(capture(packed, { ...NDJSON, 'content-encoding': encoding })).resolves.toMatchObject({
      status: 202,
    });
  });

  test('is refused in an encoding, or several, that is not known', async () => {
    for (const encoding of ['br', 'deflate', 'gzip, gzip', 'constructor']) {
      await expect(
        capture(gzipSync(body), { ...NDJSON, 'content-encoding': encoding }),
      ).resolves.toMatchObject({ status: 415, json: { code: 'unsupported_encoding' } });
    }
  });

  test('is refused when it is broken', async () => {
    for (const [encoding, packed] of [
      ['gzip', gzipSync(body).subarray(0, -9)],
      ['gzip', Buffer.from('plain')],
      ['zstd', zstdCompressSync(body).subarray(0, -5)],
      ['zstd', gzipSync(body)],
    ] as const) {
      await expect(capture(packed, { ...NDJSON, 'content-encoding': encoding })).resolves.toMatchObject({
        status: 400,
        json: { code: 'bad_encoding' },
      });
    }
  });

  test('that unpacks to 200 MB is refused without being unpacked', async () => {
    const zeros = Buffer.alloc(200_000_000);
    const bombs = [
      ['gzip', await promisify(gzip)(zeros)],
      ['gzip', Buffer.concat(Array.from({ length: 40 }, () => gzipSync(zeros.subarray(0, 5_000_000))))],
      ['zstd', await promisify(zstdCompress)(zeros)],
    ] as const;
    for (const [encoding, bomb] of bombs) {
      const before = process.memoryUsage().rss;
      await expect(capture(bomb, { ...NDJSON, 'content-encoding': encoding })).resolves.toMatchObject({
        status: 413,
        json: { code: 'body_too_large' },
      });
      expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    }
  });

  test('whose zstd frame asks for a window of more than 8 MiB is refused', async () => {
    // Magic number, a header that names only its window, one empty last block.
    const frame = (windowLog: number): Buffer =>
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (windowLog - 10) << 3, 0x01, 0x00, 0x00]);
    const headers = { ...NDJSON, 'content-encoding': 'zstd' };
    await expect(capture(frame(23), headers)).resolves.toMatchObject({ status: 202 });
    await expect(capture(frame(24), headers)).resolves.toMatchObject({
      status: 400,
      json: { code: 'bad_encoding' },
    });
  });

  test('of more than 8 MiB is refused, packed or not', async () => {
    await expect(capture(Buffer.alloc(8 * 1024 * 1024, 0x20), NDJSON)).resolves.toMatchObject({
      status: 202,
    });
    const head = `POST ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${server.key}\r\n`;
    const refused = /^HTTP\/1\.1 413 [^]*"code":"body_too_large"/;
    // By what it says of itself, before a byte has come; else as soon as it is too much.
    await expect(exchange(server.port, `${head}Content-Length: 8388609\r\n\r\n`)).resolves.toMatch(refused);
    await expect(
      exchange(
        server.port,
        `${head}Transfer-Encoding: chunked\r\n\r\n800001\r\n`,
        Buffer.alloc(8 * 1024 * 1024 + 1, 0x20),
      ),
    ).resolves.toMatch(refused);
  });
});

describe('a breakpoint that is', () => {
  async function breakpointId(service: string, label: string): Promise<string> {
    await server.call('/sdk/snapshots/auto-register', {
      body: { service_name: service, label, function_name: 'placeOrder', file_path: '/a.ts', line_number: 1 },
    });
    const [found] = await server.store.listBreakpoints({ serviceName: service });
    return found?.id ?? '';
  }

  async function patch(
    id: string,
    fields: Parameters<typeof server.store.patchBreakpoint>[1],
  ): Promise<void> {
    const change = await server.store.patchBreakpoint(id, fields, null, new Date().toISOString());
    if (change !== null) await server.live.publish(change);
  }

  test('disabled stores nothing, whether it is named by id or by label', async () => {
    const id = await breakpointId('off', 'checkout');
    await capture(wire({ service_name: 'off', breakpoint_id: id }));
    await patch(id, { enabled: false });
    const answer = await capture([
      wire({ service_name: 'off', breakpoint_id: id }),
      wire({ service_name: 'off' }),
      wire({ service_name: 'off', function_name: 'other' }),
      wire({ service_name: 'off', label: 'unknown' }),
    ]);
    expect(answer.json).toMatchObject({
      accepted: 1,
      rejected: [0, 1, 2].map((index) => ({ index, code: 'breakpoint_disabled' })),
    });
    await expect(capture(wire({ service_name: 'off' }))).resolves.toMatchObject({
      status: 200,
      json: { accepted: 0, rejected: [{ index: 0, code: 'breakpoint_disabled' }] },
    });
    const { items } = await server.store.listSnapshots({ service: 'off' });
    expect(items.map(({ label }) => label)).toEqual(['unknown', 'checkout']);
  });

  test('at its limit is disabled, told to its agents, and further captures are refused as over the limit', async () => {
    const id = await breakpointId('limited', 'checkout');
    await patch(id, { maxCaptures: 2 });
    const reader = await openStream(`${server.url}/sdk/snapshots/stream/limited`, {
      'x-api-key': server.key,
      'user-agent': 'Ruby',
    });
    await reader.next('init');
    const first = wire({ service_name: 'limited' });
    await capture(first);
    await capture(wire({ service_name: 'limited' }));
    expect((await reader.next('breakpoint_deleted')).data).toMatchObject({ id });
    reader.close();
    const late = await capture([wire({ service_name: 'limited' }), first]);
    // What was stored the first time is a duplicate, whatever its breakpoint has become.
    expect(late.json).toMatchObject({
      accepted: 0,
      duplicates: 1,
      rejected: [{ index: 0, code: 'limit' }],
    });
    const { items } = await server.store.listAudit({ target: `breakpoint/${id}` });
    expect(items.map(({ action, actorKind }) => [action, actorKind])).toEqual([
      ['breakpoint.spent', 'system'],
      ['breakpoint.register', 'key'],
    ]);
  });

  test('that allows five stores exactly five, of one batch and of several at a time', async () => {
    const id = await breakpointId('five', 'checkout');
    const batch = () => Array.from({ length: 4 }, () => wire({ service_name: 'five' }));
    await patch(id, { maxCaptures: 5 });
    const once = await capture([...batch(), ...batch()]);
    expect(once.json).toMatchObject({
      accepted: 5,
      duplicates: 0,
      rejected: [5, 6, 7].map((index) => ({ index, code: 'limit' })),
    });
    await patch(id, { enabled: true });
    const batches = [batch(), batch(), batch()];
    const answers = await Promise.all(batches.map((snapshots) => capture(snapshots)));
    const receipts = answers.map(({ json }) => json as { accepted: number; rejected: { code: string }[] });
    expect(receipts.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(5);
    expect(receipts.flatMap(({ rejected }) => rejected.map(({ code }) => code))).toEqual(
      Array.from({ length: 7 }, () => 'limit'),
    );
    await expect(server.store.readBreakpoint(id)).resolves.toMatchObject({ captureCount: 5, enabled: false });
    expect((await server.store.listSnapshots({ service: 'five', limit: 50 })).items).toHaveLength(10);
  });

  test('at its limit says so to a lone snapshot whose judgement came before', async () => {
    const id = await breakpointId('lone', 'checkout');
    await patch(id, { maxCaptures: 1 });
    const answers = await Promise.all([1, 2].map(() => capture(wire({ service_name: 'lone' }))));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 201]);
    expect(answers.find(({ status }) => status === 200)?.json).toMatchObject({
      accepted: 0,
      duplicates: 0,
      rejected: [{ index: 0, code: 'limit' }],
    });
  });

  test('expired refuses what was captured later, not what is delivered late', async () => {
    const id = await breakpointId('expiring', 'checkout');
    const expireAt = new Date(Date.now() + 150).toISOString();
    await patch(id, { expireAt });
    await eventually(() => expect(Date.now()).toBeGreaterThan(Date.parse(expireAt)));
    const at = (offsetMs: number): Record<string, unknown> =>
      wire({
        service_name: 'expiring',
        breakpoint_id: id,
        captured_at: new Date(Date.parse(expireAt) + offsetMs).toISOString(),
      });
    expect((await capture([at(-1), at(0), at(1)])).json).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, code: 'expired' },
        { index: 2, code: 'expired' },
      ],
    });
  });

  test('of another service is not a way to see or spend it', async () => {
    const id = await breakpointId('mine', 'checkout');
    await patch(id, { maxCaptures: 1, enabled: false });
    const answer = await capture(wire({ service_name: 'yours', breakpoint_id: id, label: '' }));
    expect(answer).toMatchObject({ status: 201, json: { accepted: 1 } });
    await expect(server.store.readBreakpoint(id)).resolves.toMatchObject({ captureCount: 0 });
  });
});

describe('a killed service', () => {
  test('accepts what arrives and says that it is killed', async () => {
    const change = await server.store.setKillSwitch(
      { scope: 'service', serviceName: 'killed', environment: null, on: true, reason: null, by: null },
      new Date().toISOString(),
    );
    await server.live.publish(change);
    await expect(capture(wire({ service_name: 'killed' }))).resolves.toMatchObject({
      status: 201,
      json: { accepted: 1, kill_switch: true },
    });
    await expect(
      server.call('/sdk/snapshots/auto-register', { body: { service_name: 'killed', label: 'new' } }),
    ).resolves.toMatchObject({ status: 201 });
  });
});

describe('scrubbing', () => {
  test('happens here for a client that does not say that it did', async () => {
    const id = newId();
    await capture(wire({ snapshot_id: id, variables: { mail: 'ada@example.com', password: 'hunter2' } }));
    await expect(server.store.readSnapshot(id)).resolves.toMatchObject({
      variables: { mail: '[REDACTED:email]', password: expect.stringMatching(/^\[REDACTED:/) as unknown },
      scrubbed: { version: SCRUB_VERSION },
    });
  });

  test('is left to the agent that says it did, unless agents are not trusted', async () => {
    const distrusting = await another({ trustAgents: false });
    for (const [on, version] of [
      [server, '9'],
      [distrusting, SCRUB_VERSION],
    ] as const) {
      const id = newId();
      await capture(wire({ snapshot_id: id, scrubbed: { version: '9' } }), {}, on);
      await expect(on.store.readSnapshot(id)).resolves.toMatchObject({ scrubbed: { version } });
    }
  });

  test('that fails stores nothing of that snapshot, and all of the others', async () => {
    const failing = await another({
      scrubber: {
        ...createSnapshotScrubber(),
        scrubReceived(snapshot) {
          if (snapshot.label === 'bad') throw new Error('secret text');
          return snapshot;
        },
      },
    });
    const answer = await capture([wire(), wire({ label: 'bad' }), wire()], {}, failing);
    expect(answer.json).toMatchObject({ accepted: 2, rejected: [{ index: 1, code: 'scrub' }] });
    const lone = await capture(wire({ label: 'bad' }), {}, failing);
    expect(lone).toMatchObject({ status: 422, json: { code: 'scrub' } });
    expect(lone.text).not.toContain('secret text');
    expect(failing.problems).toEqual(['scrub_failed', 'scrub_failed']);
  });

  test('of a large batch leaves the event loop its turns', async () => {
    let scrubbedInTurn = 0;
    let mostInTurn = 0;
    let turn: NodeJS.Immediate | null = null;
    const slow = await another({
      scrubber: {
        ...createSnapshotScrubber(),
        scrubReceived(snapshot) {
          const until = performance.now() + 1;
          while (performance.now() < until);
          mostInTurn = Math.max(mostInTurn, ++scrubbedInTurn);
          turn ??= setImmediate(() => {
            scrubbedInTurn = 0;
            turn = null;
          });
          return snapshot;
        },
      },
    });
    await capture(lines(...Array.from({ length: 200 }, () => wire())), NDJSON, slow);
    // A millisecond each: no more than the eight of a slice, and the one that ends it.
    expect(mostInTurn).toBeLessThanOrEqual(10);
  });
});

describe('dashboards', () => {
  test('are told how many snapshots came, and where the newest stands', async () => {
    const fresh = await another();
    const stored = wire();
    await capture([stored, wire({ service_name: 'api' })], {}, fresh);
    await capture(stored, {}, fresh);
    const { items } = await fresh.store.listSnapshots({});
    expect(fresh.hints.filter(({ topic }) => topic === 'snapshots')).toEqual([
      { topic: 'snapshots', count: 2, cursor: items[0]?.cursor, services: ['shop', 'api'] },
    ]);
  });

  test('see who sent a capture', async () => {
    const fresh = await another();
    const instance = '22222222-2222-4222-8222-222222222222';
    await capture(wire(), { 'x-agent-instance': instance }, fresh);
    expect(fresh.live.listAgents()).toMatchObject([{ instanceId: instance, serviceName: 'shop' }]);
  });
});

describe('trouble', () => {
  test('of the store is 503 with Retry-After, and nothing is confirmed', async () => {
    const failing = await another({}, (store) => ({
      ...store,
      storeSnapshots: async () => {
        throw Object.assign(new Error('SQLITE_FULL /var/lib'), { name: 'StoreError', code: 'store_failed' });
      },
    }));
    const answer = await capture(wire(), {}, failing);
    expect(answer).toMatchObject({ status: 503, json: { code: 'store_failed' } });
    expect(answer.headers['retry-after']).toBeDefined();
    expect(answer.text).not.toContain('SQLITE');
    expect(failing.hints.filter(({ topic }) => topic === 'snapshots')).toEqual([]);
  });

  test('of too many captures at once is 429 with Retry-After, and passes', async () => {
    const gate = Promise.withResolvers<void>();
    let waitingCount = 0;
    const busy = await another({}, (store) => ({
      ...store,
      storeSnapshots: async (...args) => {
        waitingCount += 1;
        await gate.promise;
        return store.storeSnapshots(...args);
      },
    }));
    const { text: other } = await busy.createKey();
    const waiting = [busy.key, other].flatMap((key) =>
      Array.from({ length: 64 }, () => capture(wire(), { 'x-api-key': key }, busy)),
    );
    const { text: third } = await busy.createKey();
    await eventually(() => expect(waitingCount).toBe(128));
    const refused = await capture(wire(), { 'x-api-key': third }, busy);
    expect(refused).toMatchObject({ status: 429, json: { code: 'too_busy' } });
    expect(refused.headers['retry-after']).toBe('1');
    gate.resolve();
    const answers = await Promise.all(waiting);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    await expect(capture(wire(), {}, busy)).resolves.toMatchObject({ status: 201 });
  });

  test('of one key that fills all places which it may have leaves the others to other keys', async () => {
    const gate = Promise.withResolvers<void>();
    let waitingCount = 0;
    const busy = await another({}, (store) => ({
      ...store,
      storeSnapshots: async (environment, snapshots, nowIso) => {
        if (snapshots[0]?.label === 'held') {
          waitingCount += 1;
          await gate.promise;
        }
        return store.storeSnapshots(environment, snapshots, nowIso);
      },
    }));
    const waiting = Array.from({ length: 64 }, () => capture(wire({ label: 'held' }), {}, busy));
    await eventually(() => expect(waitingCount).toBe(64));
    expect((await capture(wire(), {}, busy)).status).toBe(429);
    const { text: other } = await busy.createKey();
    expect((await capture(wire(), { 'x-api-key': other }, busy)).status).toBe(201);
    gate.resolve();
    expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([201]));
  });

  test('of bodies that fill the memory is 429 for who comes on top, and passes', async () => {
    const gate = Promise.withResolvers<void>();
    let waitingCount = 0;
    const small = await another({ maxBytesInFlight: 200_000 }, (store) => ({
      ...store,
      storeSnapshots: async (...args) => {
        waitingCount += 1;
        await gate.promise;
        return store.storeSnapshots(...args);
      },
    }));
    const large = () => wire({ variables: { text: 'x'.repeat(60_000) } });
    const waiting = capture(large(), {}, small);
    await eventually(() => expect(waitingCount).toBe(1));
    expect(await capture(large(), {}, small)).toMatchObject({ status: 429, json: { code: 'too_busy' } });
    // What it unpacks to counts, not what it was packed to.
    const packed = gzipSync(JSON.stringify(large()));
    const bomb = await capture(packed, { 'content-encoding': 'gzip' }, small);
    expect(bomb).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    gate.resolve();
    expect((await waiting).status).toBe(201);
    await expect(capture(large(), {}, small)).resolves.toMatchObject({ status: 201 });
    await expect(capture(packed, { 'content-encoding': 'gzip' }, small)).resolves.toMatchObject({
      status: 201,
    });
  });

  test('of clients that hang up halfway leaves no place taken', async () => {
    const fresh = await another();
    for (let count = 0; count < 140; count++) {
      const socket = connect(fresh.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(
        `POST ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${fresh.key}\r\nContent-Length: 1000\r\n\r\n{`,
      );
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.destroy();
    }
    await eventually(async () => {
      await expect(capture(wire(), {}, fresh)).resolves.toMatchObject({ status: 201 });
    });
  });
});
