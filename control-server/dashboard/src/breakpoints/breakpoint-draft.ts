import type { BreakpointPatch, BreakpointResource, NewBreakpoint } from '../../../../src/protocol/api.ts';
import { ApiError } from '../api-request.ts';
import type { ServiceAddress } from '../routes.ts';
import { breakpointName } from './breakpoint-state.ts';
import { copyLimitProblems, copyLimitsOf, typedLimitsOf } from './copy-limits.ts';

/** The form as it is typed: everything is text. */
export interface BreakpointDraft {
  /** What kind of place it stands at. */
  readonly place: 'label' | 'line';
  readonly label: string;
  /** `src/order.ts:42`, and a column when it is not the first place of the line: `src/order.ts:42:7`. */
  readonly line: string;
  readonly condition: string;
  readonly maxCaptures: string;
  readonly expiryAmount: string;
  readonly expiryUnit: 'minutes' | 'hours';
  readonly captureExpressions: readonly string[];
  readonly logMessage: string;
  readonly onlyLog: boolean;
  /** Empty: as the service is set. */
  readonly stackDepth: string;
  readonly maxDepth: string;
  readonly maxPayloadBytes: string;
}

/** What the fields say when nothing is typed. */
export const EMPTY_DRAFT: BreakpointDraft = {
  place: 'label',
  label: '',
  line: '',
  condition: '',
  maxCaptures: '100',
  expiryAmount: '',
  expiryUnit: 'hours',
  captureExpressions: [],
  logMessage: '',
  onlyLog: false,
  stackDepth: '',
  maxDepth: '',
  maxPayloadBytes: '',
};

/** What is wrong, by field, in words for the person who typed it. */
export type DraftProblems = Readonly<Partial<Record<keyof BreakpointDraft, string>>>;

/** What a part of the form shows, and whom it tells. */
export interface DraftPart {
  readonly draft: BreakpointDraft;
  readonly problems: DraftProblems;
  readonly onChange: (fields: Partial<BreakpointDraft>) => void;
}

/** Longest label that agents register, in characters. */
const MAX_LABEL_CHARS = 256;
const MAX_EXPIRY_HOURS = 24 * 365;

/** What stands in the way of saving; empty when nothing does. */
export function draftProblems(draft: BreakpointDraft, isNew: boolean): DraftProblems {
  const label = draft.place === 'label' ? draft.label.trim() : '';
  const isLabelled = draft.place === 'label';
  const expiry = Number(draft.expiryAmount);
  const expiryHours = draft.expiryUnit === 'hours' ? expiry : expiry / 60;
  return {
    ...(isNew &&
      isLabelled &&
      label === '' && { label: 'Type the label that the code passes to captureSnapshot().' }),
    ...(label.length > MAX_LABEL_CHARS && { label: `A label has at most ${MAX_LABEL_CHARS} characters.` }),
    ...(isNew &&
      !isLabelled &&
      parseLine(draft.line) === null && {
        line: 'Type the file and, behind a colon, the line: src/order.ts:42.',
      }),
    ...(!/^\d{0,9}$/.test(draft.maxCaptures.trim()) && {
      maxCaptures: 'Type a whole number; 0 means no limit.',
    }),
    ...(draft.expiryAmount.trim() !== '' &&
      !(expiry > 0 && expiryHours <= MAX_EXPIRY_HOURS) && {
        expiryAmount: 'Type a number above 0, at most a year; leave it empty for no expiry.',
      }),
    ...(draft.onlyLog && draft.logMessage.trim() === '' && { logMessage: 'Type the message to log.' }),
    ...copyLimitProblems(draft),
  };
}

/** Where the form shows what the server refuses, by the name of the field in the request. */
const DRAFT_FIELDS: ReadonlyMap<string, keyof BreakpointDraft> = new Map([
  ['label', 'label'],
  ['filePath', 'line'],
  ['lineNumber', 'line'],
  ['columnNumber', 'line'],
  ['condition', 'condition'],
  ['maxCaptures', 'maxCaptures'],
  ['expireAt', 'expiryAmount'],
  ['captureExpressions', 'captureExpressions'],
  ['logMessage', 'logMessage'],
  ['stackDepth', 'stackDepth'],
  ['maxDepth', 'maxDepth'],
  ['maxPayloadBytes', 'maxPayloadBytes'],
]);

/** What the server refused, beside the field that it is about; empty when it is about none of the form's. */
export function refusedField(error: unknown): DraftProblems {
  if (!(error instanceof ApiError) || error.field === null) return {};
  const field = DRAFT_FIELDS.get(error.field.split('/')[0] ?? '');
  return field === undefined ? {} : { [field]: error.message };
}

/** The place in `src/order.ts:42`, or with a column, `C:\\shop\\order.ts:42:7`; null in anything else. */
export function parseLine(
  text: string,
): (Required<Pick<NewBreakpoint, 'filePath' | 'lineNumber'>> & Pick<NewBreakpoint, 'columnNumber'>) | null {
  const match = /^(.+?):(\d{1,7})(?::(\d{1,7}))?$/.exec(text.trim());
  const lineNumber = Number(match?.[2]);
  const column = match?.[3];
  const filePath = match?.[1]?.trim() ?? '';
  if (filePath === '' || !(lineNumber > 0) || Number(column) === 0) return null;
  return { filePath, lineNumber, ...(column === undefined ? {} : { columnNumber: Number(column) }) };
}

/** The fields that a new breakpoint and a change share. Only for a draft without problems. */
function settingsOf(draft: BreakpointDraft, nowMs: number): Omit<BreakpointPatch, 'enabled'> {
  const expiryMs = Number(draft.expiryAmount) * (draft.expiryUnit === 'hours' ? 3_600_000 : 60_000);
  const logMessage = draft.logMessage.trim();
  return {
    condition: draft.condition.trim() === '' ? null : draft.condition.trim(),
    maxCaptures: Number(draft.maxCaptures.trim()),
    expireAt: expiryMs > 0 ? new Date(nowMs + expiryMs).toISOString() : null,
    captureExpressions: draft.captureExpressions.map((text) => text.trim()).filter((text) => text !== ''),
    logMessage: logMessage === '' ? null : logMessage,
    mode: draft.onlyLog ? 'logpoint' : 'snapshot',
    ...copyLimitsOf(draft),
  };
}

/** The request that creates what was typed. Only for a draft without problems. */
export function newBreakpointOf(
  draft: BreakpointDraft,
  service: ServiceAddress,
  nowMs: number,
): NewBreakpoint {
  return {
    serviceName: service.serviceName,
    environment: service.environment,
    ...(draft.place === 'label' ? { label: draft.label.trim() } : parseLine(draft.line)),
    enabled: true,
    ...settingsOf(draft, nowMs),
  };
}

/** The request that changes a breakpoint to what was typed. An expiry that was left empty stays as it is. */
export function breakpointPatchOf(draft: BreakpointDraft, nowMs: number): BreakpointPatch {
  const { expireAt, ...settings } = settingsOf(draft, nowMs);
  return typeof expireAt !== 'string' ? settings : { ...settings, expireAt };
}

/** The form filled in with what a breakpoint has now. */
export function draftOf(breakpoint: BreakpointResource): BreakpointDraft {
  return {
    place: breakpoint.label === null ? 'line' : 'label',
    label: breakpoint.label ?? '',
    line: breakpoint.label === null ? breakpointName(breakpoint) : '',
    condition: breakpoint.condition ?? '',
    maxCaptures: String(breakpoint.maxCaptures),
    expiryAmount: '',
    expiryUnit: 'hours',
    captureExpressions: breakpoint.captureExpressions,
    logMessage: breakpoint.logMessage ?? '',
    onlyLog: breakpoint.mode === 'logpoint',
    ...typedLimitsOf(breakpoint),
  };
}

/** The form for another breakpoint like this one: a label has one breakpoint, so that another has to be typed. */
export function copyDraftOf(breakpoint: BreakpointResource): BreakpointDraft {
  return { ...draftOf(breakpoint), label: '' };
}
