const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Local time of day with milliseconds, `14:03:21.512`; with the day before it when that is not today. */
export function formatClock(instant: string, nowMs: number): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
  return isSameDay(date, new Date(nowMs))
    ? time
    : `${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${time}`;
}

/** Local time of day to the minute, `14:03`; with the date before it when that is not today. */
export function formatMinute(instant: string, nowMs: number): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  return isSameDay(date, new Date(nowMs))
    ? time
    : `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${time}`;
}

/** Local date and time in full, `2026-11-21 14:03:21.512`. */
export function formatInstant(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${time}`;
}

/** How long ago, coarse: `just now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 d ago`. A future instant is `just now`. */
export function formatAge(instant: string, nowMs: number): string {
  const time = Date.parse(instant);
  if (Number.isNaN(time)) return instant;
  const age = nowMs - time;
  if (age < 5 * SECOND) return 'just now';
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s ago`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  return `${Math.floor(age / DAY)} d ago`;
}

/** A length of time in its two largest units: `42 s`, `3 min 5 s`, `5 h 12 min`, `3 d 4 h`. Negative counts as zero. */
export function formatDuration(durationMs: number): string {
  const left = Math.max(0, durationMs);
  if (left < MINUTE) return `${Math.floor(left / SECOND)} s`;
  if (left < HOUR) return joinUnits(left, MINUTE, 'min', SECOND, 's');
  if (left < DAY) return joinUnits(left, HOUR, 'h', MINUTE, 'min');
  return joinUnits(left, DAY, 'd', HOUR, 'h');
}

/** How much time is left, to the minute: `42 s`, `59 min`, `5 h 12 min`; so it stands still while it is read. */
export function formatRemaining(durationMs: number): string {
  return formatDuration(durationMs < MINUTE ? durationMs : durationMs - (durationMs % MINUTE));
}

function joinUnits(left: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((left % large) / small);
  return `${Math.floor(left / large)} ${largeName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

function isSameDay(a: Date, b: Date): boolean {
  return a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}
