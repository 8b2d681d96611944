import { basename } from 'node:path';
import type { SnapshotSummary } from '../../src/protocol/api.ts';
import { formatClock } from '../wording/time.ts';
import { toPlainLine } from './plain-text.ts';
import type { Paint, Terminal } from './terminal.ts';

/** One snapshot as one line: when, whose, which label, where, and what stood there. Cut to the width of a terminal. */
export function formatSnapshotLine(snapshot: SnapshotSummary, terminal: Terminal): string {
  const { capturedAt } = snapshot;
  // Of whatever day: who follows sees them on the day itself.
  const time: Field = { paint: 'dim', text: formatClock(capturedAt, Date.parse(capturedAt)) };
  return joinFields([time, ...fieldsOf(snapshot)], terminal);
}

/**
 * The same in a list: with as much of the id as a command needs, and the day where it is not today. What is no terminal gets
 * the whole time.
 */
export function formatListedSnapshot(snapshot: SnapshotSummary, terminal: Terminal, nowMs: number): string {
  const id: Field = { paint: 'bold', text: toPlainLine(snapshot.id.slice(0, SHORT_ID_LENGTH)) };
  const { capturedAt } = snapshot;
  const isTerminal = terminal.columns() !== null;
  const time: Field = { paint: 'dim', text: isTerminal ? formatClock(capturedAt, nowMs) : capturedAt };
  return joinFields([id, time, ...fieldsOf(snapshot)], terminal);
}

/** A UUIDv7 to its first random digits: what comes before them is the time, so less would fit all of that moment. */
const SHORT_ID_LENGTH = 18;

interface Field {
  readonly paint: Paint | null;
  readonly text: string;
}

function fieldsOf(snapshot: SnapshotSummary): Field[] {
  const environment = snapshot.environment === 'default' ? '' : `@${snapshot.environment}`;
  const place = [
    snapshot.functionName,
    snapshot.filePath === '' ? '' : `${basename(snapshot.filePath)}:${snapshot.lineNumber}`,
  ];
  return [
    { paint: 'cyan', text: toPlainLine(snapshot.serviceName + environment) },
    { paint: 'bold', text: toPlainLine(snapshot.label ?? '') },
    { paint: 'dim', text: toPlainLine(place.filter((part) => part !== '').join(' ')) },
    { paint: null, text: toPlainLine(snapshot.preview) },
  ];
}

function joinFields(fields: readonly Field[], terminal: Terminal): string {
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
