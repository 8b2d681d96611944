import { setTimeout as wait } from 'node:timers/promises';
import { isRecord, readText } from '../../src/protocol/json.ts';
import { AGENT_USER_AGENT_PREFIX, API_KEY_HEADER, CAPTURE_PATH } from '../../src/protocol/routes.ts';
import { VERSION } from '../../src/protocol/version.ts';
import { parseCaptureReceipt } from '../../src/protocol/snapshot.ts';
import { toConnectionError } from './api-client.ts';
import { CommandError } from './command-error.ts';

/** What became of lines that were sent. */
export interface UploadCounts {
  stored: number;
  /** The server had them already. */
  known: number;
  /** By the code of the server's reason. */
  readonly refused: Map<string, number>;
}

/** Nothing was sent yet. */
export function noCounts(): UploadCounts {
  return { stored: 0, known: 0, refused: new Map() };
}

const REQUEST_TIMEOUT_MS = 30_000;
const MAX_TRIES = 6;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 60_000;

/** Sends lines and adds what became of them to `counts`. Tries again while the server is away or busy, for about 15 s. */
export async function uploadLines(
  server: { readonly url: string; readonly key: string },
  lines: readonly string[],
  counts: UploadCounts,
): Promise<void> {
  const { status, body } = await postPatiently(server, lines);
  if (status === 413) {
    if (lines.length === 1) {
      addRefusal(counts, 'size', 1);
      return;
    }
    const middle = lines.length >> 1;
    await uploadLines(server, lines.slice(0, middle), counts);
    await uploadLines(server, lines.slice(middle), counts);
    return;
  }
  if (status < 200 || status >= 300 || !isRecord(body)) throw toUploadError(status, body, server.url);
  const receipt = parseCaptureReceipt(body, lines.length);
  counts.stored += receipt.accepted;
  counts.known += receipt.duplicates;
  for (const { code } of receipt.rejected) addRefusal(counts, code, 1);
}

function addRefusal(counts: UploadCounts, code: string, count: number): void {
  counts.refused.set(code, (counts.refused.get(code) ?? 0) + count);
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function postPatiently(
  server: { readonly url: string; readonly key: string },
  lines: readonly string[],
): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    let askedMs = 0;
    try {
      const response = await fetch(server.url + CAPTURE_PATH, {
        method: 'POST',
        headers: {
          [API_KEY_HEADER]: server.key,
          'content-type': 'application/x-ndjson',
          // An agent took them, within its own limits: those for clients without any would refuse most of a file.
          'user-agent': `${AGENT_USER_AGENT_PREFIX}${VERSION}`,
        },
        body: `${lines.join('\n')}\n`,
        redirect: 'error',
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      const { status } = response;
      const body = parseJson(await response.text());
      const isBusy = status === 408 || status === 429 || status >= 500;
      if (!isBusy || tries === MAX_TRIES) return { status, body };
      askedMs = Number(response.headers.get('retry-after') ?? 0) * 1_000 || 0;
    } catch (error) {
      const failure = toConnectionError(error, server.url);
      if (failure.code === 'tls_not_trusted' || tries === MAX_TRIES) throw failure;
    }
    await wait(Math.min(MAX_RETRY_MS, Math.max(askedMs, FIRST_RETRY_MS * 2 ** (tries - 1))));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function toUploadError(status: number, body: unknown, url: string): CommandError {
  const code = isRecord(body) ? readText(body['code'], null) : null;
  if (status === 401 || status === 403) {
    return new CommandError(
      code ?? 'key_refused',
      `The server at ${url} does not take this key`,
      'Make one on the dashboard, under Keys, and give it by --key or STILLFRAME_API_KEY.',
    );
  }
  return new CommandError(
    code ?? 'not_stillframe',
    `The server at ${url} answered ${status} to the snapshots`,
    'Check --url, and run the command again: what is stored already stays stored once.',
  );
}
