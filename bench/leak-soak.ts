/** What stays in the heap of uploads that all fail, and of streams that all end? */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { STREAM_PATH } from '../src/protocol/routes.ts';
import { atMost } from './goal.ts';
import type { Section } from './goal.ts';
import { formatTable, verify } from './harness.ts';
import type { LeakOutcome } from './leak-soak-process.ts';

const FAILURES = 10_000;
const MAX_GROWTH_MB = 1;
const MEBIBYTE = 1024 * 1024;
const PROGRAM = join(import.meta.dirname, 'leak-soak-process.ts');

/** Ten thousand failures of each kind, in a process each. */
export async function soakFailures(): Promise<Section> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.url?.startsWith(STREAM_PATH) === true) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('event: heartbeat\ndata: {}\n\n');
    } else {
      response.writeHead(500).end('oops');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const uploads = await run('uploads', endpoint);
    const reconnects = await run('reconnects', endpoint);
    return {
      goals: [
        atMost(
          `the heap after ${FAILURES} failed uploads, above half of them`,
          grownMb(uploads),
          MAX_GROWTH_MB,
          formatMb,
        ),
        atMost(
          `the heap after ${FAILURES} reconnects, above half of them`,
          grownMb(reconnects),
          MAX_GROWTH_MB,
          formatMb,
        ),
      ],
      text: `## Failures without an end

${FAILURES} uploads that a server answers with 500, and ${FAILURES} streams that it ends after their first event, each in a
process of its own; measured after full collections.

${formatTable(['', 'heap after half', 'after all', 'outside of it after half', 'after all'], [toRow('failed uploads', uploads), toRow('reconnects', reconnects)])}
`,
    };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function run(what: 'uploads' | 'reconnects', endpoint: string): Promise<LeakOutcome> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    PROGRAM,
    what,
    String(FAILURES),
    endpoint,
  ]);
  const outcome = JSON.parse(stdout) as LeakOutcome;
  verify(outcome.failures >= FAILURES, `${outcome.failures} ${what}`);
  return outcome;
}

function grownMb({ heapBefore, heapAfter, externalBefore, externalAfter }: LeakOutcome): number {
  return (heapAfter + externalAfter - heapBefore - externalBefore) / MEBIBYTE;
}

function toRow(name: string, outcome: LeakOutcome): string[] {
  const { heapBefore, heapAfter, externalBefore, externalAfter } = outcome;
  return [
    name,
    ...[heapBefore, heapAfter, externalBefore, externalAfter].map((bytes) => formatMb(bytes / MEBIBYTE)),
  ];
}

function formatMb(mb: number): string {
  return `${mb.toFixed(2)} MB`;
}
