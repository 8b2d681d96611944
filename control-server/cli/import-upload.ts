import type { ImportReceipt } from '../../src/protocol/api-snapshots.ts';
import { isRecord, readInteger, readText } from '../../src/protocol/json.ts';
import { authorization, toConnectionError, toRefusal } from './api-client.ts';
import type { ServerAddress } from './api-client.ts';

/** What became of all lines. */
export interface ImportCounts {
  readonly stored: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly line: number; readonly code: string }[];
}

/** Sends lines in requests that the server takes. */
export interface ImportUpload {
  /** @param text null for a line that is too long to be a snapshot */
  add(line: number, text: string | null): Promise<void>;
  finish(): Promise<ImportCounts>;
}

/** As many as a receipt can name when all of them are rejected. */
const MAX_LINES = 100;
const MAX_BYTES = 4 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 60_000;

/** @param environment where all snapshots go, instead of where they were */
export function createImportUpload(address: ServerAddress, environment: string | undefined): ImportUpload {
  const path = `/api/snapshots/import${environment === undefined ? '' : `?environment=${encodeURIComponent(environment)}`}`;
  const counts = { stored: 0, duplicates: 0 };
  const rejected: { line: number; code: string }[] = [];
  let waiting: { readonly line: number; readonly text: string }[] = [];
  let bytes = 0;

  async function send(): Promise<void> {
    if (waiting.length === 0) return;
    const lines = waiting;
    waiting = [];
    bytes = 0;
    const receipt = await post(address, path, `${lines.map(({ text }) => text).join('\n')}\n`);
    counts.stored += receipt.stored;
    counts.duplicates += receipt.duplicates;
    for (const { line, code } of receipt.problems) rejected.push({ line: lines[line - 1]?.line ?? 0, code });
  }

  return {
    async add(line, text) {
      if (text === null) {
        rejected.push({ line, code: 'too_large' });
        return;
      }
      waiting.push({ line, text });
      bytes += Buffer.byteLength(text) + 1;
      if (waiting.length >= MAX_LINES || bytes >= MAX_BYTES) await send();
    },
    async finish() {
      await send();
      return { ...counts, rejected: rejected.toSorted((a, b) => a.line - b.line) };
    },
  };
}

async function post(address: ServerAddress, path: string, body: string): Promise<ImportReceipt> {
  let status: number;
  let text: string;
  try {
    const response = await fetch(address.url + path, {
      method: 'POST',
      headers: { ...authorization(address), 'content-type': 'application/x-ndjson' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    throw toConnectionError(error, address.url);
  }
  const answer = parseJson(text);
  if (status !== 200 || !isRecord(answer)) throw toRefusal(status, answer, address);
  const problems = Array.isArray(answer['problems']) ? answer['problems'].filter(isRecord) : [];
  return {
    stored: readInteger(answer['stored'], 0),
    duplicates: readInteger(answer['duplicates'], 0),
    rejected: readInteger(answer['rejected'], 0),
    problems: problems.map((problem) => ({
      line: readInteger(problem['line'], 0),
      code: readText(problem['code'], 'unknown'),
    })),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
