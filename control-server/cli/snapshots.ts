import { Command, Option } from 'commander';
import type { SnapshotResource, SnapshotSummary } from '../../src/protocol/api.ts';
import type { SnapshotPage } from '../../src/protocol/api-snapshots.ts';
import type { ApiClient } from './api-client.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError } from './command-error.ts';
import { demandId, findById } from './find-by-id.ts';
import { addPageOptions, noteOlder } from './page-options.ts';
import type { PageOptions } from './page-options.ts';
import { toPlainJson, toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { addSnapshotFilters, toSnapshotQuery } from './snapshot-filters.ts';
import type { SnapshotFilterOptions } from './snapshot-filters.ts';
import { formatListedSnapshot } from './snapshot-line.ts';
import { formatSnapshot } from './snapshot-view.ts';

type ListOptions = ServerOptions & SnapshotFilterOptions & PageOptions & { readonly json?: true };
type ShowOptions = ServerOptions & { readonly json?: true };

const LIST = 'stillframe snapshots list';

/** `stillframe snapshots list|show`. */
export function createSnapshotsCommand(context: CommandContext): Command {
  const command = new Command('snapshots').description('see what was captured');
  const list = command.command('list').description('what was captured, one a line, the newest first');
  addServerOptions(
    addPageOptions(addSnapshotFilters(list)).addOption(new Option('--json', 'the answer as JSON')),
  ).action((options: ListOptions) => listSnapshots(context, options));

  addServerOptions(
    command
      .command('show')
      .description('one snapshot: where and when, its variables, and the call stack')
      .argument('<id>', 'its id, or the start of it that no other has')
      .option('--json', 'the answer as JSON'),
  ).action((id: string, options: ShowOptions) => showSnapshot(context, id, options));
  return command;
}

async function listSnapshots(context: CommandContext, options: ListOptions): Promise<void> {
  const { terminal } = context;
  const api = await connect(context, options);
  const query = await toSnapshotQuery(options, api, Date.now());
  query.set('limit', String(options.limit));
  if (options.before !== undefined) query.set('before', options.before);
  const page = await api.get<SnapshotPage>(`/api/snapshots?${query.toString()}`);
  if (options.json === true) {
    terminal.print(toPlainJson(page));
    return;
  }
  if (page.items.length === 0) terminal.note('No snapshot fits.');
  for (const snapshot of page.items) terminal.print(formatListedSnapshot(snapshot, terminal, Date.now()));
  const pending = page.search?.pending ?? 0;
  if (pending > 0) terminal.note(`${pending} snapshots are not searchable yet: try again in a moment.`);
  noteOlder(terminal, page.nextCursor);
}

async function showSnapshot(context: CommandContext, id: string, options: ShowOptions): Promise<void> {
  const { terminal } = context;
  const api = await connect(context, options);
  const snapshot = await findSnapshot(api, id);
  if (options.json === true) {
    terminal.print(toPlainJson(snapshot));
    return;
  }
  for (const line of formatSnapshot(snapshot, terminal)) terminal.print(line);
}

/** Only a whole id goes into the path, where a word such as `export` would be another call of the API. */
async function findSnapshot(api: ApiClient, id: string): Promise<SnapshotResource> {
  if (WHOLE_ID.test(id)) return readSnapshot(api, id);
  demandId(id, LIST);
  const { id: wholeId } = findById(await listByStart(api, id), id, 'snapshots', LIST);
  return readSnapshot(api, wholeId);
}

const WHOLE_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function readSnapshot(api: ApiClient, id: string): Promise<SnapshotResource> {
  return api.get<SnapshotResource>(`/api/snapshots/${encodeURIComponent(id)}`);
}

const PAGE_SIZE = 500;
/** Pages in which the start of an id is looked for: who has one has just seen it in a list. */
const MAX_PAGES = 20;

/** The newest ones whose id begins so. The API finds whole ids, and lists in the order of arrival. */
async function listByStart(api: ApiClient, start: string): Promise<SnapshotSummary[]> {
  const found: SnapshotSummary[] = [];
  let before: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(before !== null && { before }) });
    const { items, nextCursor }: SnapshotPage = await api.get(`/api/snapshots?${query.toString()}`);
    found.push(...items.filter((item) => item.id.startsWith(start)));
    before = nextCursor;
    if (before === null) return found;
  }
  if (found.length > 0) return found;
  throw new CommandError(
    'not_found',
    `None of the newest ${PAGE_SIZE * MAX_PAGES} snapshots has an id that starts with "${toPlainLine(start)}"`,
    `Give the whole id, as ${LIST} --json shows it.`,
  );
}
