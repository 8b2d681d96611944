import { setTimeout as wait } from 'node:timers/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { NewSdkKey } from '../../src/protocol/api.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError } from './command-error.ts';
import { createApiClient } from './api-client.ts';
import { findServer } from './find-server.ts';
import {
  claimPayloadFile,
  findPayloadFiles,
  finishPayloadFile,
  readPayloadLines,
  sizeOf,
} from './payload-files.ts';
import type { PayloadFile } from './payload-files.ts';
import { noCounts, uploadLines } from './payload-upload.ts';
import type { UploadCounts } from './payload-upload.ts';
import { toPlainLine } from './plain-text.ts';
import { addServerOptions } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { waitForStopSignal } from './stop-signal.ts';
import type { Terminal } from './terminal.ts';

interface ReplayOptions extends ServerOptions {
  readonly key?: string;
  readonly environment?: string;
  readonly dryRun?: true;
}

const MAX_BATCH_LINES = 100;
const MAX_BATCH_CHARACTERS = 2_000_000;
/** Between two words on a long file. */
const PROGRESS_MS = 2_000;
/** Longer than an agent keeps a file open that it appends to. */
const SETTLE_MS = 300;

const HELP = `
Snapshots are stored once, however often they are sent: an interrupted replay can be run again. A file goes when all of it
was sent; one with lines that are no snapshots, or that the server refuses, is kept under a name that ends in .replayed.

Without a key the command makes one for the time that it runs, if the server's own token opens it. Snapshots go to the
environment of the key.`;

/** `stillframe replay`: sends what agents kept in files. */
export function createReplayCommand(context: CommandContext): Command {
  return addServerOptions(
    new Command('replay')
      .description('send the snapshots that agents could not send and kept in files')
      .argument('<folder>', 'folder of the option failedPayloadsDir')
      .option('--key <key>', 'SDK key (STILLFRAME_API_KEY)')
      .option('--environment <name>', 'without a key: the environment to send them to', 'default')
      .option('--dry-run', 'only say what would be sent')
      .addHelpText('after', HELP),
  ).action((folder: string, options: ReplayOptions) => replay(context, resolve(folder), options));
}

/** What a replay came to. */
interface Tally extends UploadCounts {
  malformed: number;
}

async function replay(context: CommandContext, folder: string, options: ReplayOptions): Promise<void> {
  const { terminal } = context;
  const files = await findPayloadFiles(folder);
  if (files.length === 0) {
    terminal.print(`Nothing to send in ${toPlainLine(folder)}.`);
    return;
  }
  if (options.dryRun === true) {
    await count(files, terminal);
    return;
  }
  // From before there is a key: one that was made for this run is not to outlive it.
  const interrupted = untilInterrupted();
  interrupted.catch(() => {});
  const { server, close } = await openServer(context, options);
  const total: Tally = { ...noCounts(), malformed: 0 };
  try {
    await Promise.race([sendAll(files, server, total, terminal), interrupted]);
  } catch (error) {
    terminal.note(`Until then: ${describe(total)}.`);
    throw error;
  } finally {
    await close();
  }
  terminal.print(`Done: ${describe(total)}.`);
  if (total.refused.size > 0) {
    throw new CommandError(
      'some_refused',
      'The server refused some of the snapshots',
      'They are in the files that end in .replayed; a stop, a limit or another environment may be the reason.',
    );
  }
}

async function sendAll(
  files: readonly PayloadFile[],
  server: { readonly url: string; readonly key: string },
  total: Tally,
  terminal: Terminal,
): Promise<void> {
  for (const file of files) await sendFile(file, server, total, terminal);
}

async function untilInterrupted(): Promise<never> {
  await waitForStopSignal();
  throw new CommandError('interrupted', 'The replay was broken off', 'Run it again to send the rest.');
}

async function count(files: readonly PayloadFile[], terminal: Terminal): Promise<void> {
  let sendable = 0;
  let malformed = 0;
  for (const file of files) {
    const before = { sendable, malformed };
    for await (const line of readPayloadLines(file)) {
      if (line === null) malformed++;
      else sendable++;
    }
    const lost = malformed - before.malformed;
    terminal.note(
      `${toPlainLine(file.name)}: ${quantity(sendable - before.sendable, 'snapshot')}${lost === 0 ? '' : `, ${quantity(lost, 'malformed line')}`}`,
    );
  }
  terminal.print(
    `Would send ${quantity(sendable, 'snapshot')} and skip ${quantity(malformed, 'malformed line')}.`,
  );
}

/** Where to send to, and a key; one that was made for this run is revoked at its end. */
async function openServer(
  context: CommandContext,
  options: ReplayOptions,
): Promise<{ readonly server: { url: string; key: string }; close(): Promise<void> }> {
  const address = await findServer(options, context.env, (line) => context.terminal.note(line));
  const given = (options.key ?? context.env['STILLFRAME_API_KEY'] ?? '').trim();
  if (given !== '') return { server: { url: address.url, key: given }, close: async () => {} };
  if (address.token === null) {
    throw new CommandError(
      'no_key',
      'There is no key to send with',
      'Give one by --key or STILLFRAME_API_KEY.',
    );
  }
  const api = createApiClient(address);
  const made = await api.send<NewSdkKey>('POST', '/api/keys', {
    name: 'stillframe replay',
    environment: options.environment,
    scopes: ['ingest'],
  });
  return {
    server: { url: address.url, key: made.secret },
    // The server may be what broke the replay off.
    close: () => api.send<void>('DELETE', `/api/keys/${made.key.id}`).catch(() => {}),
  };
}

async function sendFile(
  found: PayloadFile,
  server: { readonly url: string; readonly key: string },
  total: Tally,
  terminal: Terminal,
): Promise<void> {
  const file = await claimPayloadFile(found);
  if (file === null) return;
  const own: Tally = { ...noCounts(), malformed: 0 };
  try {
    let sentSize: number | null = null;
    let size = await sizeOf(file);
    while (size !== null && size !== sentSize) {
      sentSize = size;
      // A second round sends all again, which is harmless, and rare: an agent was just appending.
      const sentBefore = own.stored;
      Object.assign(own, noCounts(), { malformed: 0 });
      await sendLines(file, server, own, () =>
        terminal.note(`${toPlainLine(found.name)}: ${describe(own)} so far`),
      );
      own.stored += sentBefore;
      own.known -= sentBefore;
      if (!file.isPacked) await wait(SETTLE_MS);
      size = await sizeOf(file);
    }
  } finally {
    add(total, own);
  }
  await finishPayloadFile(file, own.malformed === 0 && own.refused.size === 0);
  terminal.note(`${toPlainLine(found.name)}: ${describe(own)}`);
}

async function sendLines(
  file: PayloadFile,
  server: { readonly url: string; readonly key: string },
  tally: Tally,
  onProgress: () => void,
): Promise<void> {
  let batch: string[] = [];
  let characters = 0;
  let saidMs = performance.now();
  for await (const line of readPayloadLines(file)) {
    if (line === null) {
      tally.malformed++;
      continue;
    }
    if (
      batch.length === MAX_BATCH_LINES ||
      (batch.length > 0 && characters + line.length > MAX_BATCH_CHARACTERS)
    ) {
      await uploadLines(server, batch, tally);
      if (performance.now() - saidMs >= PROGRESS_MS) {
        saidMs = performance.now();
        onProgress();
      }
      batch = [];
      characters = 0;
    }
    batch.push(line);
    characters += line.length;
  }
  if (batch.length > 0) await uploadLines(server, batch, tally);
}

function add(total: Tally, own: Tally): void {
  total.stored += own.stored;
  total.known += own.known;
  total.malformed += own.malformed;
  for (const [code, refused] of own.refused)
    total.refused.set(code, (total.refused.get(code) ?? 0) + refused);
}

function describe({ stored, known, malformed, refused }: Tally): string {
  const parts = [`${quantity(stored, 'snapshot')} stored`];
  if (known > 0) parts.push(`${known} known already`);
  for (const [code, times] of refused) parts.push(`${times} refused (${toPlainLine(code)})`);
  if (malformed > 0) parts.push(`${quantity(malformed, 'malformed line')} skipped`);
  return parts.join(', ');
}

function quantity(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
