import { basename } from 'node:path';
import type { SnapshotSummary } from '../../src/protocol/api.ts';
import { toPlainLine } from './plain-text.ts';
import type { Terminal } from './terminal.ts';

/** One snapshot as one line: when, whose, which label, where, and what stood there. Cut to the width of a terminal. */
export function formatSnapshotLine(snapshot: SnapshotSummary, terminal: Terminal): string {
  const environment = snapshot.environment === 'default' ? '' : `@${snapshot.environment}`;
  const place = [
    snapshot.functionName,
    snapshot.filePath === '' ? '' : `${basename(snapshot.filePath)}:${snapshot.lineNumber}`,
  ];
  const fields = [
    { paint: 'dim', text: toLocalTime(snapshot.capturedAt) },
    { paint: 'cyan', text: toPlainLine(snapshot.serviceName + environment) },
    { paint: 'bold', text: toPlainLine(snapshot.label ?? '') },
    { paint: 'dim', text: toPlainLine(place.filter((part) => part !== '').join(' ')) },
    { paint: null, text: toPlainLine(snapshot.preview) },
  ] as const;

  let left = terminal.columns() ?? Number.POSITIVE_INFINITY;
  const parts: string[] = [];
  for (const { paint, text } of fields) {
    if (text === '' || left <= 0) continue;
    const shown = text.length > left ? `${text.slice(0, left - 1)}…` : text;
    left -= shown.length + GAP.length;
    parts.push(paint === null ? shown : terminal.paint(paint, shown));
  }
  return parts.join(GAP);
}

const GAP = '  ';

/** `14:03:07.120` where the reader is. */
function toLocalTime(instant: string): string {
  const time = new Date(instant);
  const [hours, minutes, seconds] = [time.getHours(), time.getMinutes(), time.getSeconds()].map((value) =>
    String(value).padStart(2, '0'),
  );
  return `${hours}:${minutes}:${seconds}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}
