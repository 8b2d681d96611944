import { Command, Option } from 'commander';
import type { Page } from '../../src/protocol/api.ts';
import type { AuditActorKind, AuditEntry } from '../../src/protocol/api-audit.ts';
import type { CommandContext } from './command-context.ts';
import { toInstant } from './option-value.ts';
import { addPageOptions, noteOlder } from './page-options.ts';
import type { PageOptions } from './page-options.ts';
import { toPlainJson, toPlainLine } from './plain-text.ts';
import { addServerOptions, connect } from './server-options.ts';
import type { ServerOptions } from './server-options.ts';
import { formatTable } from './table.ts';

interface AuditOptions extends ServerOptions, PageOptions {
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
  readonly json?: true;
}

/** `stillframe audit`. */
export function createAuditCommand(context: CommandContext): Command {
  const command = new Command('audit')
    .description('who did what, when and from where, the newest first; for administrators')
    .option('--actor <name>', 'only of this person or key')
    .option('--action <name>', 'only this, such as key.rotate; "key." for all of keys')
    .option('--target <target>', 'only about this, such as breakpoint/<id>')
    .option('--from <time>', 'then or later: 2026-11-21T10:00:00Z, or 30m for half an hour ago')
    .option('--to <time>', 'before then');
  return addServerOptions(
    addPageOptions(command).addOption(
      new Option('--json', 'the answer as JSON, with what was there before and after'),
    ),
  ).action((options: AuditOptions) => listAudit(context, options));
}

const COLUMNS = [
  { heading: 'TIME' },
  { heading: 'WHO' },
  { heading: 'WHAT' },
  { heading: 'TARGET' },
  { heading: 'ADDRESS' },
] as const;

async function listAudit(context: CommandContext, options: AuditOptions): Promise<void> {
  const { terminal } = context;
  const api = await connect(context, options);
  const page = await api.get<Page<AuditEntry>>(`/api/audit?${toQuery(options, Date.now()).toString()}`);
  if (options.json === true) {
    terminal.print(toPlainJson(page));
    return;
  }
  if (page.items.length === 0) {
    terminal.note('No entry of the audit fits.');
    return;
  }
  const rows = page.items.map((entry) => [
    entry.at,
    toPlainLine(entry.actor) + KIND_WORDS[entry.actorKind],
    toPlainLine(entry.action),
    toPlainLine(entry.target),
    toPlainLine(entry.ip ?? ''),
  ]);
  for (const line of formatTable(COLUMNS, rows)) terminal.print(line);
  noteOlder(terminal, page.nextCursor);
}

/** Where the name alone could be taken for that of a person. */
const KIND_WORDS: Readonly<Record<AuditActorKind, string>> = {
  person: '',
  token: ' (token)',
  local: ' (on the server)',
  key: ' (key)',
  system: ' (itself)',
};

function toQuery(options: AuditOptions, nowMs: number): URLSearchParams {
  const { limit, before, actor, action, target, from, to } = options;
  const query = new URLSearchParams({ limit: String(limit) });
  const given = {
    cursor: before,
    actor,
    action,
    target,
    from: from === undefined ? undefined : toInstant(from, nowMs),
    to: to === undefined ? undefined : toInstant(to, nowMs),
  };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, value);
  return query;
}
