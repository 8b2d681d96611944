import type { Command } from 'commander';
import type { ApiClient } from './api-client.ts';
import { findBreakpoint } from './find-breakpoint.ts';
import { toInstant } from './option-value.ts';

const FILTERS = [
  ['service', '--service <name>', 'only of this service'],
  ['environment', '--environment <name>', 'only of this environment'],
  ['label', '--label <label>', 'only of this label'],
  ['breakpoint', '--breakpoint <id>', 'only of this breakpoint, or of the one whose id begins so'],
  ['instance', '--instance <id>', 'only of this process'],
  ['file', '--file <path>', 'only of this file, its whole path, as stillframe snapshots show prints it'],
  ['trace', '--trace <id>', 'only of this trace'],
  ['flag', '--flag <type>', 'only where this scrub type acted'],
  ['mode', '--mode <mode>', 'only snapshots (snapshot), or only logpoints (logpoint)'],
  ['search', '--search <words>', 'only with all of these words'],
  ['from', '--from <time>', 'received then or later: 2026-11-21T10:00:00Z, or 30m for half an hour ago'],
  ['to', '--to <time>', 'received before then'],
] as const;

/** Which snapshots a command is about, as its options say. */
export type SnapshotFilterOptions = {
  readonly [Name in (typeof FILTERS)[number][0]]?: string;
} & { readonly pinned?: true };

/** Adds every filter that the API has. */
export function addSnapshotFilters(command: Command): Command {
  for (const [, flag, description] of FILTERS) command.option(flag, description);
  return command.option('--pinned', 'only pinned ones');
}

/** The filters as a query of the API, which takes whole ids only. */
export async function toSnapshotQuery(
  options: SnapshotFilterOptions,
  api: ApiClient,
  nowMs: number,
): Promise<URLSearchParams> {
  const query = new URLSearchParams();
  for (const [name] of FILTERS) {
    const value = options[name];
    if (value === undefined) continue;
    if (name === 'from' || name === 'to') query.set(name, toInstant(value, nowMs));
    else if (name === 'breakpoint') query.set(name, await toWholeId(value, api));
    else query.set(name === 'search' ? 'q' : name, value);
  }
  if (options.pinned === true) query.set('pinned', 'true');
  return query;
}

const WHOLE_ID_LENGTH = 36;

/** A whole id may be that of a breakpoint that is gone: its snapshots stay. */
async function toWholeId(id: string, api: ApiClient): Promise<string> {
  return id.length >= WHOLE_ID_LENGTH ? id : (await findBreakpoint(api, id)).id;
}
