import type { Settings, SettingsValues } from '../../../../src/protocol/api-settings.ts';

/** The form as it is typed: everything is text but the switch. */
export interface SettingsDraft {
  readonly viewersSeeValues: boolean;
  readonly traceLinkTemplate: string;
  readonly days: string;
  readonly perBreakpoint: string;
  readonly gibibytes: string;
}

/** What is wrong, by field, in words for the person who typed it. */
export type SettingsProblems = Readonly<Partial<Record<keyof SettingsDraft, string>>>;

const DAY_MS = 86_400_000;
const GIBIBYTE = 1_073_741_824;

/** The form filled in with what is set now. */
export function settingsDraftOf(settings: SettingsValues): SettingsDraft {
  const { maxAgeMs, maxSnapshotsPerBreakpoint, maxTotalBytes } = settings.retention;
  return {
    viewersSeeValues: settings.viewersSeeValues,
    traceLinkTemplate: settings.traceLinkTemplate ?? '',
    days: maxAgeMs === null ? '' : String(round(maxAgeMs / DAY_MS)),
    perBreakpoint: maxSnapshotsPerBreakpoint === null ? '' : String(maxSnapshotsPerBreakpoint),
    gibibytes: maxTotalBytes === null ? '' : String(round(maxTotalBytes / GIBIBYTE)),
  };
}

/** What stands in the way of saving; empty when nothing does. */
export function settingsProblems(draft: SettingsDraft): SettingsProblems {
  return {
    ...(!isBetween(draft.days, 1 / 1_440, 3_650) && {
      days: 'Type a number of days up to 3650, or leave it empty.',
    }),
    ...(!(isBetween(draft.perBreakpoint, 1, 1_000_000) && /^\d*$/.test(draft.perBreakpoint.trim())) && {
      perBreakpoint: 'Type a whole number from 1 to 1,000,000, or leave it empty.',
    }),
    ...(!isBetween(draft.gibibytes, 1 / 1_024, 1_024) && {
      gibibytes: 'Type a number of GiB up to 1024, or leave it empty.',
    }),
  };
}

/** The request that sets what was typed; what was not changed stays exact. Only for a draft without problems. */
export function settingsValuesOf(draft: SettingsDraft, before: Settings): SettingsValues {
  const shown = settingsDraftOf(before);
  const { retention } = before;
  return {
    viewersSeeValues: draft.viewersSeeValues,
    traceLinkTemplate: draft.traceLinkTemplate.trim() === '' ? null : draft.traceLinkTemplate.trim(),
    retention: {
      maxAgeMs: draft.days === shown.days ? retention.maxAgeMs : timesOrNull(draft.days, DAY_MS),
      maxSnapshotsPerBreakpoint: timesOrNull(draft.perBreakpoint, 1),
      maxTotalBytes:
        draft.gibibytes === shown.gibibytes
          ? retention.maxTotalBytes
          : timesOrNull(draft.gibibytes, GIBIBYTE),
    },
  };
}

function timesOrNull(text: string, unit: number): number | null {
  return text.trim() === '' ? null : Math.round(Number(text) * unit);
}

function isBetween(text: string, least: number, most: number): boolean {
  const value = Number(text);
  return text.trim() === '' || (value >= least && value <= most);
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
