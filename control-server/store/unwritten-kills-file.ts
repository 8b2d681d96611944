import type { AuditActorKind } from '../../src/protocol/api-audit.ts';
import { isRecord, readText } from '../../src/protocol/json.ts';
import type { AuditStamp } from './audit-store.ts';
import type { ReservedFile } from './reserved-file.ts';
import type { UnwrittenKill } from './unwritten-kills.ts';

/** A change that waits, with who made it. */
export interface KeptKill {
  readonly kill: UnwrittenKill;
  /** Null when nobody is to be named in the audit. */
  readonly stamp: AuditStamp | null;
}

/** Keeps what waits to be written over a restart of the node. */
export interface UnwrittenKillsFile {
  /** Empty when there is nothing, or nothing that can be read: then `onProblem` is told. */
  load(): Promise<KeptKill[]>;
  /** Resolves when the latest call's list is kept, or could not be: then `onProblem` is told. Never rejects. */
  save(kills: readonly KeptKill[]): Promise<void>;
}

/** @param onProblem told once of each row of failures */
export function createUnwrittenKillsFile(
  file: ReservedFile,
  onProblem: (code: 'kills_not_kept', error: unknown) => void,
): UnwrittenKillsFile {
  let wanted: readonly KeptKill[] | null = null;
  let saving: Promise<void> | null = null;
  let isFailing = false;

  function report(error: unknown): void {
    if (!isFailing) onProblem('kills_not_kept', error);
    isFailing = true;
  }

  async function write(kills: readonly KeptKill[]): Promise<void> {
    try {
      await file.write(JSON.stringify(kills));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // Too long: a kill without its reason is a kill all the same.
      await file.write(JSON.stringify(kills.map(withoutReason)));
    }
  }

  async function saveAll(): Promise<void> {
    while (wanted !== null) {
      const kills = wanted;
      wanted = null;
      try {
        await write(kills);
        isFailing = false;
      } catch (error) {
        report(error);
      }
    }
    saving = null;
  }

  return {
    async load() {
      try {
        const text = await file.read();
        const list: unknown = text === null ? [] : JSON.parse(text);
        return Array.isArray(list) ? list.flatMap((item) => parseKept(item) ?? []) : [];
      } catch (error) {
        report(error);
        return [];
      }
    },
    save(kills) {
      wanted = [...kills];
      return (saving ??= saveAll());
    },
  };
}

function withoutReason({ kill, stamp }: KeptKill): KeptKill {
  return { kill: { ...kill, reason: null }, stamp };
}

function parseKept(item: unknown): KeptKill | null {
  if (!isRecord(item)) return null;
  const kill = parseKill(item['kill']);
  return kill === null ? null : { kill, stamp: parseStamp(item['stamp']) };
}

const ACTOR_KINDS: readonly AuditActorKind[] = ['person', 'token', 'local', 'key', 'system'];

function parseStamp(value: unknown): AuditStamp | null {
  if (!isRecord(value)) return null;
  const actorKind = ACTOR_KINDS.find((kind) => kind === value['actorKind']);
  const [at, actor, action] = [
    readText(value['at'], null),
    readText(value['actor'], null),
    readText(value['action'], null),
  ];
  if (at === null || actor === null || action === null || actorKind === undefined) return null;
  const [ip, requestId] = [readText(value['ip'], null), readText(value['requestId'], null)];
  return { at, actor, actorKind, ip, requestId, action };
}

function parseKill(item: unknown): UnwrittenKill | null {
  if (!isRecord(item) || typeof item['on'] !== 'boolean') return null;
  const { scope } = item;
  const at = readText(item['at'], null);
  if ((scope !== 'global' && scope !== 'service' && scope !== 'agent') || at === null) return null;
  return {
    scope,
    serviceName: readText(item['serviceName'], null),
    environment: readText(item['environment'], null),
    instanceId: readText(item['instanceId'], null),
    on: item['on'],
    reason: readText(item['reason'], null),
    by: readText(item['by'], null),
    at,
    expiresAt: readText(item['expiresAt'], null),
    written: false,
  };
}
