import type { CapturedSnapshot, CopiedValue } from '../copy/captured-snapshot.ts';
import { createJsonObject } from '../copy/json-object.ts';
import { cutText } from '../copy/cut-text.ts';
import { LABEL_MARGIN } from '../copy/margin.ts';
import { readClockMs, readThreadCpuMs } from '../copy/node-intrinsics.ts';
import { MAX_LABEL_LENGTH } from '../protocol/limits.ts';
import type { VariableScope } from '../protocol/variable-scope.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { RequestContext, SecurityFlag, Snapshot, StackFrame } from '../protocol/snapshot.ts';
import { checkScrubRules } from './checked-rules.ts';
import type { CheckedRules } from './checked-rules.ts';
import type { CustomPattern } from './custom-pattern.ts';
import { cutPosition, cutScrubbed } from './cut-string.ts';
import type { ScrubbedLines } from './scrub-source.ts';
import { countReasons, cutToPayload, stackText } from './final-cut.ts';
import { renderLogMessage } from './log-message.ts';
import { createPathRedaction, redactPaths } from './path-redaction.ts';
import { redactResult } from './redact-result.ts';
import { DEFAULT_BUDGET_MS } from './scrub-limits.ts';
import { scrubFrameSources } from './scrub-frame-source.ts';
import { scrubFrames } from './scrub-frames.ts';
import { scrubRequest } from './scrub-request.ts';
import { KeyMemory, ScrubSession, TextMemory } from './scrub-session.ts';
import type { SessionTools } from './scrub-session.ts';
import { createTextScrubber } from './scrub-text.ts';
import { ERROR_MARKER, SCRUB_TYPES, SEVERITIES } from './scrub-type.ts';
import type { Severity } from './scrub-type.ts';
import { scrubValue } from './scrub-value.ts';
import { SCRUB_VERSION } from './scrubber.ts';
import type { ScrubRules } from './scrubber.ts';
import { HARMLESS, createNameJudge } from './sensitive-name.ts';

const MAX_REMEMBERED_KEYS = 2_000;
const MAX_REMEMBERED_TEXTS = 1_000;
/** Most flags that one snapshot carries; what is found after that is redacted all the same. */
const MAX_FLAGS = 200;

/** Who sends: what the agent adds to every snapshot. */
export interface SnapshotIdentity {
  readonly serviceName: string;
  readonly environment: string | null;
  readonly release: string | null;
  readonly commit: string | null;
  readonly host: string | null;
  readonly instanceId: string | null;
}

/** What bounds the work of a scrubber. */
export interface ScrubBounds {
  /**
   * Milliseconds of work that the scrub of one snapshot may take, and a quarter of those that may pass; values after that
   * become `[REDACTED:unscanned]`. Default 250.
   */
  readonly budgetMs?: number;
  /** Most flags that one snapshot carries. Default 200. */
  readonly maxFlags?: number;
  /**
   * By what the budget is counted, in milliseconds. Default: the work of this thread. A clock goes on while a busy system
   * lets the thread wait, and what is harmless would be taken out for it.
   */
  readonly now?: () => number;
  /** What passes, in milliseconds. */
  readonly clock?: () => number;
}

/** Takes out of whole snapshots what must not leave a process: what the agent and the control server use. */
export interface SnapshotScrubber {
  /** A capture as it may leave: scrubbed, cut to its limits, at most `limits.maxPayloadBytes` long on the wire. */
  scrubSnapshot(captured: CapturedSnapshot, identity: SnapshotIdentity): Snapshot;
  /** A snapshot as it came from another agent, with every text of it scrubbed. Scrubbing twice changes nothing. */
  scrubReceived(snapshot: Snapshot): Snapshot;
  /** A copied value by itself, with what was found. */
  scrubCopied(copied: CopiedValue): CopiedValue & { readonly findings: readonly SecurityFlag[] };
  /** A text by itself. */
  scrubText(text: string): string;
  /** Lines of a program, as many as they were, with the types that were found in them. */
  scrubLines(text: string): ScrubbedLines;
  /** A place in the code, its texts cut to `maxLength` characters: what a snapshot says of it as a frame. */
  scrubFrame(frame: StackFrame, maxLength: number): StackFrame;
  /** A label with what was cut off it, as it leaves: at most 256 characters. */
  scrubLabel(label: string): string;
}

/**
 * A scrubber of snapshots with its own rules and memory.
 * @throws ScrubOptionError for an unknown type, a path that is hostile or unsupported, a pattern that can go super-linear
 */
export function createSnapshotScrubber(rules: ScrubRules = {}, bounds: ScrubBounds = {}): SnapshotScrubber {
  return createCheckedScrubber(checkScrubRules(rules), bounds);
}

/** A scrubber of snapshots by rules that were checked before. */
export function createCheckedScrubber(rules: CheckedRules, bounds: ScrubBounds = {}): SnapshotScrubber {
  const { piiScrubbing } = rules;
  const paths = createPathRedaction(rules.paths);
  const tools = createTools(rules, bounds);

  const scrubCopied = (
    copied: CopiedValue,
    session: ScrubSession,
    base: string,
    limit?: number,
  ): CopiedValue => {
    try {
      const redacted = redactPaths(copied, paths);
      for (const pointer of redacted.pointers) session.flag('path', base + pointer);
      return scrubValue(redacted, session, base, limit);
    } catch {
      session.flag('error', base);
      return { value: ERROR_MARKER, marks: [{ path: '', kind: 'other', reason: 'redacted' }] };
    }
  };

  const scrubResults = (
    results: JsonObject | null,
    session: ScrubSession,
    limit?: number,
  ): JsonObject | null => {
    if (results === null) return null;
    const base = 'expressionResults';
    try {
      const redacted = createJsonObject();
      for (const source of Object.keys(results)) {
        redacted[source] = redactResult(source, results[source]!, paths);
        if (redacted[source] !== results[source]) session.flag('path', `${base}/${source}`);
      }
      const { value } = scrubValue({ value: redacted, marks: [] }, session, base, limit);
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
    } catch {
      session.flag('error', base);
      return {};
    }
  };

  return {
    scrubSnapshot(captured, identity) {
      const { limits } = captured;
      const session = new ScrubSession(tools);
      const cut = (text: string): string => text.slice(0, cutPosition(text, limits.maxStringLength));
      const text = (path: string, value: string): string => cut(session.scrubAt(path, value));
      const frames = scrubFrames(captured.frames.slice(0, limits.maxFrames), session, limits.maxStringLength);
      const variables = scrubCopied(captured.variables, session, 'variables', limits.maxStringLength);
      const request = captured.requestContext;
      const label = captured.label;
      const snapshot: Snapshot = {
        snapshotId: captured.snapshotId,
        breakpointId: captured.breakpointId,
        ...identity,
        label: label === null ? null : cutLabel(session.scrubAt('label', label), label),
        filePath: frames[0]?.filePath ?? '',
        lineNumber: frames[0]?.lineNumber ?? 0,
        functionName: frames[0]?.functionName ?? '',
        variables: variables.value,
        valueMarks: variables.marks,
        ...scrubScopes(captured.scopes, session),
        stackTrace: stackText(frames),
        frames: frames,
        ...scrubFrameSources(captured.source, session),
        traceId: captured.traceId,
        spanId: captured.spanId,
        requestContext:
          request === null ? null : cutRequest(piiScrubbing ? scrubRequest(request, session) : request, cut),
        expressionResults: scrubResults(captured.expressionResults, session, limits.maxStringLength),
        logMessage:
          captured.logMessage === null
            ? null
            : text(
                'logMessage',
                renderLogMessage(captured.logMessage, (member) => scrubResults(member, session) ?? member),
              ),
        mode: captured.mode,
        capturedAt: new Date(captured.capturedAtMs).toISOString(),
        truncated: {},
        securityFlags: session.flags,
        scrubbed: piiScrubbing ? { version: SCRUB_VERSION } : null,
      };
      return cutToPayload(snapshot, limits.maxPayloadBytes);
    },

    scrubReceived(snapshot) {
      if (!piiScrubbing) return snapshot;
      const session = new ScrubSession(tools);
      for (const { type, path } of snapshot.securityFlags)
        session.flag(session.scrub(type)?.text ?? type, session.scrub(path)?.text ?? path);
      const known = new Map(snapshot.securityFlags.map((flag) => [`${flag.type} ${flag.path}`, flag]));
      const variables = scrubCopied(
        { value: snapshot.variables, marks: snapshot.valueMarks },
        session,
        'variables',
      );
      const textOrNull = (path: string, value: string | null): string | null =>
        value === null ? null : session.scrubAt(path, value);
      const scrubbed: Omit<Snapshot, 'securityFlags'> = {
        ...snapshot,
        label: textOrNull('label', snapshot.label),
        filePath: session.scrubAt('filePath', snapshot.filePath),
        functionName: session.scrubAt('functionName', snapshot.functionName),
        variables: variables.value,
        valueMarks: variables.marks,
        ...scrubScopes(snapshot.scopes, session),
        stackTrace: session.scrubAt('stackTrace', snapshot.stackTrace),
        frames: scrubFrames(snapshot.frames, session),
        ...scrubFrameSources(snapshot.source, session),
        requestContext:
          snapshot.requestContext === null ? null : scrubRequest(snapshot.requestContext, session),
        expressionResults: scrubResults(snapshot.expressionResults, session),
        logMessage: textOrNull('logMessage', snapshot.logMessage),
        truncated: { ...snapshot.truncated, ...redactedCount(variables, snapshot) },
        scrubbed: { version: SCRUB_VERSION },
      };
      // What the other agent said of severity stays.
      const securityFlags = session.flags.map((flag) => known.get(`${flag.type} ${flag.path}`) ?? flag);
      return { ...scrubbed, securityFlags };
    },

    scrubCopied(copied) {
      const session = new ScrubSession(tools);
      const { value, marks } = scrubCopied(copied, session, 'value');
      return { value, marks, findings: session.flags };
    },

    scrubText(text) {
      if (typeof text !== 'string') return ERROR_MARKER;
      return new ScrubSession(tools).scrub(text)?.text ?? text;
    },

    scrubLines(text) {
      const scrubbed = new ScrubSession(tools).scrubLines(text);
      return { text: scrubbed?.text ?? text, types: scrubbed?.types ?? [] };
    },

    scrubFrame: (frame, maxLength) => scrubFrames([frame], new ScrubSession(tools), maxLength)[0]!,

    scrubLabel: (label) => cutLabel(new ScrubSession(tools).scrubAt('label', label), label),
  };
}

/** The names are those of the variables, whose keys are scrubbed too. */
function scrubScopes(
  scopes: readonly VariableScope[] | undefined,
  session: ScrubSession,
): { readonly scopes?: readonly VariableScope[] } {
  if (scopes === undefined) return {};
  return {
    scopes: scopes.map(({ kind, names }) => ({
      kind,
      names: names.map((name) => session.scrubAt('scopes', name)),
    })),
  };
}

function cutLabel(scrubbed: string, label: string): string {
  const wasCut = label.length >= MAX_LABEL_LENGTH + LABEL_MARGIN;
  const { length } = cutScrubbed(scrubbed, MAX_LABEL_LENGTH, label.length, wasCut);
  // A text of its own: the agent keeps it for as long as the process lives, and a slice would keep the whole.
  return cutText(scrubbed, length);
}

function createTools(rules: CheckedRules, bounds: ScrubBounds): SessionTools {
  const { budgetMs = DEFAULT_BUDGET_MS, maxFlags = MAX_FLAGS } = bounds;
  const { now = readThreadCpuMs, clock = readClockMs } = bounds;
  const { disabled, patterns } = rules;
  const bounded = {
    keys: new KeyMemory(MAX_REMEMBERED_KEYS),
    cleanTexts: new TextMemory(MAX_REMEMBERED_TEXTS),
    now,
    clock,
    budgetMs,
    maxFlags,
  };
  if (!rules.piiScrubbing) {
    // Finds nothing: for a scrubber that is switched off but still cuts to the limits.
    return {
      ...bounded,
      texts: { scrub: () => null },
      judge: { judge: () => HARMLESS, judgeBehind: () => HARMLESS },
      disabled: new Set(SCRUB_TYPES),
      severities: new Map(),
    };
  }
  const judge = createNameJudge(rules.redactNames, rules.allowNames);
  return {
    ...bounded,
    texts: createTextScrubber({ judge, disabled, patterns }),
    judge,
    disabled,
    severities: severitiesOf(patterns),
  };
}

/** Of each type of the user's own; the highest where several patterns have one type. */
function severitiesOf(patterns: readonly CustomPattern[]): ReadonlyMap<string, Severity> {
  const severities = new Map<string, Severity>();
  for (const { type, severity } of patterns) {
    const known = severities.get(type) ?? 'low';
    severities.set(type, SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(known) ? severity : known);
  }
  return severities;
}

/** Every text of the request cut to what a text may have. */
function cutRequest(request: RequestContext, cut: (text: string) => string): RequestContext {
  const cutMembers = (members: JsonObject): JsonObject => {
    const shorter = createJsonObject();
    for (const key of Object.keys(members)) {
      const value = members[key]!;
      shorter[cut(key)] = typeof value === 'string' ? cut(value) : value;
    }
    return shorter;
  };
  return {
    method: cut(request.method),
    path: cut(request.path),
    url: cut(request.url),
    ip: cut(request.ip),
    userAgent: cut(request.userAgent),
    query: cutMembers(request.query),
    headers: cutMembers(request.headers),
  };
}

function redactedCount(variables: CopiedValue, snapshot: Snapshot): { redacted?: number } {
  const redacted = Math.max(countReasons(variables.marks, 0).redacted ?? 0, snapshot.truncated.redacted ?? 0);
  return redacted === 0 ? {} : { redacted };
}
