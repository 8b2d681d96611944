import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import { toRefusal } from './api-client.ts';
import type { ApiClient } from './api-client.ts';
import type { CommandContext } from './command-context.ts';
import { toCommandError } from './command-error.ts';
import { listenForHints } from './hint-stream.ts';
import type { StreamEnd } from './hint-stream.ts';
import { createNewSnapshots } from './new-snapshots.ts';
import type { NewSnapshots } from './new-snapshots.ts';
import { toPlainJson, toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { formatListedSnapshot, formatSnapshotLine } from './snapshot-line.ts';

interface TailOptions extends ServerOptions {
  readonly service?: string;
  readonly label?: string;
  readonly ids?: true;
  readonly json?: true;
}

/** `stillframe tail`: snapshots as they arrive. */
export function createTailCommand(context: CommandContext): Command {
  return addServerOptions(
    new Command('tail')
      .description('print snapshots as they arrive, one a line, until it is interrupted')
      .option('--service <name>', 'only of this service; without it, of all services')
      .option('--label <label>', 'only of this label')
      .option('--ids', 'with their ids, for stillframe snapshots show')
      .option('--json', 'one JSON object a line'),
  ).action((options: TailOptions) => tail(context, options));
}

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 10_000;

/** Runs until the process ends; rejects when there is nothing to follow from the beginning, or the token is refused. */
async function tail(context: CommandContext, options: TailOptions): Promise<void> {
  const { terminal } = context;
  const snapshots = createNewSnapshots(
    {
      ...(options.service === undefined ? {} : { service: options.service }),
      ...(options.label === undefined ? {} : { label: options.label }),
    },
    (snapshot) => {
      terminal.print(
        options.json === true
          ? toPlainJson(snapshot, 0)
          : options.ids === true
            ? formatListedSnapshot(snapshot, terminal, Date.now())
            : formatSnapshotLine(snapshot, terminal),
      );
    },
  );
  let api = await connect(context, options);
  await snapshots.start(api);
  terminal.note(`Waiting for new snapshots of ${describeFilter(options)} at ${api.address.url} …`);

  for (let failures = 0; ;) {
    const end = await follow(api, snapshots, () => {
      if (failures > 0) terminal.note('Connected again.');
      failures = 0;
    });
    if (end.status === 401 && api.address.source === 'given')
      throw toRefusal(401, NOT_SIGNED_IN, api.address);
    // Said once an outage, not once a try.
    if (failures === 0) {
      // A class name says nothing to whoever reads along.
      const why = toPlainLine(end.message).replace(/^\w*Error: /, '');
      terminal.note(`Connection lost: ${why}. Trying again …`);
    }
    failures += 1;
    await wait(retryDelayMs(failures));
    api = (await reconnect(context, options, api)) ?? api;
  }
}

const NOT_SIGNED_IN = { code: 'not_signed_in' };

/** Shows what arrives on one connection, and what arrived before it, until it ends. */
function follow(api: ApiClient, snapshots: NewSnapshots, onOpen: () => void): Promise<StreamEnd> {
  let isBehind = false;
  async function fetchNew(): Promise<void> {
    try {
      await snapshots.fetch(api);
      isBehind = false;
    } catch (error) {
      isBehind = true;
      // Another database answers under the same address: what it has is not what was followed.
      if (toCommandError(error).code === 'bad_cursor') await snapshots.start(api).catch(() => undefined);
    }
  }
  return listenForHints(api.address, {
    onOpen() {
      onOpen();
      void fetchNew();
    },
    onSnapshots: () => void fetchNew(),
    onHeartbeat() {
      if (isBehind) void fetchNew();
    },
  });
}

/** The same server after a restart, which gives it a new token and perhaps another port; null while there is none. */
async function reconnect(
  context: CommandContext,
  options: TailOptions,
  lost: ApiClient,
): Promise<ApiClient | null> {
  const silent = { ...context, terminal: { ...context.terminal, note: () => undefined } };
  const found = await connect(silent, options).catch(() => null);
  return found !== null && found.address.source === lost.address.source ? found : null;
}

/** Doubles with each failure, and varies so that many followers do not come back at one moment. */
function retryDelayMs(failures: number): number {
  const ceilingMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10));
  return ceilingMs / 2 + (Math.random() * ceilingMs) / 2;
}

function describeFilter({ service, label }: TailOptions): string {
  const whose = service === undefined ? 'all services' : toPlainLine(service);
  return label === undefined ? whose : `${whose}, label ${toPlainLine(label)}`;
}
