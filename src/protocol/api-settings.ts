/** What administrators set while the server runs. */
import { isRecord } from './json.ts';

/** How long snapshots are kept. Null: what the server was started with. */
export interface RetentionSettings {
  /** Milliseconds since a snapshot was received. */
  readonly maxAgeMs: number | null;
  /** Snapshots of one breakpoint. */
  readonly maxSnapshotsPerBreakpoint: number | null;
  /** Bytes of all snapshots together. */
  readonly maxTotalBytes: number | null;
}

/** Body of `PUT /api/settings`: all of it, since it replaces what was there. */
export interface SettingsValues {
  /** Whether the role viewer may see captured values. Default false. */
  readonly viewersSeeValues: boolean;
  /** Address of a trace in another tool, with `{traceId}` and optionally `{spanId}` in it. Null: no link. */
  readonly traceLinkTemplate: string | null;
  readonly retention: RetentionSettings;
}

/** Body of `PUT /api/services/:service/settings`; it holds in every environment of the service. */
export interface ServiceSettingsValues {
  /** Whether a label that registers itself is enabled at once. Default true. */
  readonly autoRegisterEnabled: boolean;
  /** Whether a snapshot that its agent scrubbed is stored as it is. Null: what the server was started with. */
  readonly trustAgents: boolean | null;
  /** Null: that of the server. */
  readonly traceLinkTemplate: string | null;
}

/** Which change of settings this is, and whose. */
export interface SettingsVersion {
  /** Counts changes, from 0; send it as `If-Match` to replace only what you saw. */
  readonly version: number;
  readonly updatedAt: string | null;
  readonly updatedBy: string | null;
}

/** `GET /api/settings`. */
export interface Settings extends SettingsValues, SettingsVersion {}

/** `GET /api/services/:service/settings`. */
export interface ServiceSettings extends ServiceSettingsValues, SettingsVersion {
  readonly serviceName: string;
}

/** Longest template of a link. */
export const MAX_LINK_TEMPLATE_LENGTH = 2_000;

/** Stored settings: what is missing or unreadable, as in data of another version, has its default. */
export function parseSettings(value: unknown): SettingsValues {
  const stored = isRecord(value) ? value : {};
  const retention = isRecord(stored['retention']) ? stored['retention'] : {};
  return {
    viewersSeeValues: stored['viewersSeeValues'] === true,
    traceLinkTemplate: readLinkTemplate(stored['traceLinkTemplate']),
    retention: {
      maxAgeMs: readLimit(retention['maxAgeMs']),
      maxSnapshotsPerBreakpoint: readLimit(retention['maxSnapshotsPerBreakpoint']),
      maxTotalBytes: readLimit(retention['maxTotalBytes']),
    },
  };
}

/** Like {@link parseSettings}, for one service. */
export function parseServiceSettings(value: unknown): ServiceSettingsValues {
  const stored = isRecord(value) ? value : {};
  const trustAgents = stored['trustAgents'];
  return {
    autoRegisterEnabled: stored['autoRegisterEnabled'] !== false,
    trustAgents: typeof trustAgents === 'boolean' ? trustAgents : null,
    traceLinkTemplate: readLinkTemplate(stored['traceLinkTemplate']),
  };
}

/**
 * True for a template that can only become an http(s) address on a host that stands there in full: a trace id comes from
 * a request that anybody may have sent.
 */
export function isLinkTemplate(text: string): boolean {
  if (text.length > MAX_LINK_TEMPLATE_LENGTH || !text.includes('{traceId}')) return false;
  // Spaces and controls are dropped by browsers, so that "java\nscript:" is a scheme to them.
  const authority = /^https?:\/\/([^/?#\\\s]+)[/?#][!-~]*$/i.exec(text)?.[1];
  if (authority === undefined || /[{}@]/.test(authority)) return false;
  return URL.canParse(text.replaceAll('{traceId}', '0').replaceAll('{spanId}', '0'));
}

function readLinkTemplate(value: unknown): string | null {
  return typeof value === 'string' && isLinkTemplate(value) ? value : null;
}

function readLimit(value: unknown): number | null {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : null;
}
