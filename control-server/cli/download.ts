import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { authorization, toConnectionError, toRefusal } from './api-client.ts';
import type { ServerAddress } from './api-client.ts';
import { CommandError } from './command-error.ts';

/** A refusal is short; what is longer is none of ours. */
const MAX_REFUSAL_BYTES = 65_536;

/** Asks for an answer of any size, which may be long in coming: nothing bounds its time. */
export async function requestDownload(
  address: ServerAddress,
  method: 'GET' | 'POST',
  path: string,
): Promise<IncomingMessage> {
  const url = new URL(address.url + path);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  send(url, { method, headers: authorization(address) })
    .on('response', resolve)
    .on('error', (error) => reject(toConnectionError(error, address.url)))
    .end();
  const answer = await promise;
  const { statusCode = 0 } = answer;
  if (statusCode === 200) return answer;
  throw toRefusal(statusCode, await readRefusal(answer), address);
}

/**
 * Writes an answer into a new file, readable for its owner only, and never over another. What came only in part is
 * removed again.
 * @param ask sends the request, once the file is there
 */
export async function saveDownload(file: string, ask: () => Promise<IncomingMessage>): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    throw toFileError(error, file);
  });
  try {
    await pipeline(await ask(), createWriteStream(file, { fd: handle, flush: true }));
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(file, { force: true });
    throw toIncomplete(error, file);
  }
}

/** An answer that broke off. */
export function toIncomplete(error: unknown, file: string): unknown {
  if (error instanceof CommandError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new CommandError('incomplete', `${file} could not be completed: ${why}`, 'Try again.', {
    cause: error,
  });
}

function toFileError(error: unknown, file: string): CommandError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return code === 'EEXIST'
    ? new CommandError(
        'file_exists',
        `There is a file ${file} already`,
        'Give another name: nothing is written over.',
      )
    : new CommandError(
        'file_unwritable',
        `${file} cannot be written: ${code}`,
        'Name a file in a folder of yours.',
        {
          cause: error,
        },
      );
}

async function readRefusal(answer: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes += chunk.length;
      if (bytes > MAX_REFUSAL_BYTES) break;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
