import type { SnapshotResource } from '../../src/protocol/api.ts';
import type { JsonObject } from '../../src/protocol/json.ts';
import type { RequestContext, SecurityFlag } from '../../src/protocol/snapshot.ts';
import { CUT_REASONS } from '../../src/protocol/value-mark.ts';
import { reasonWords } from '../wording/missing-words.ts';
import { snapshotName } from '../wording/snapshot-name.ts';
import { fullPlace } from '../wording/code-place.ts';
import { formatBytes, formatCount } from '../wording/quantity.ts';
import { toPlainLine } from './plain-text.ts';
import { formatStack } from './stack-lines.ts';
import type { Terminal } from './terminal.ts';
import { formatValues } from './value-lines.ts';

/** A whole snapshot as lines for a person: what was captured where and when, the values, and how the program came there. */
export function formatSnapshot(snapshot: SnapshotResource, terminal: Pick<Terminal, 'paint'>): string[] {
  const { expressionResults, requestContext } = snapshot;
  const isLogpoint = snapshot.mode === 'logpoint';
  const message = snapshot.logMessage === null ? [] : [`  ${toPlainLine(snapshot.logMessage)}`];
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['Message', message],
    ['Expressions', expressionResults === null ? [] : plainValues(expressionResults, terminal)],
    [
      'Variables',
      isLogpoint
        ? []
        : formatValues(
            { values: snapshot.variables, marks: snapshot.valueMarks, scopes: snapshot.scopes },
            terminal,
          ),
    ],
    ['Request', requestContext === null ? [] : formatRequest(requestContext, terminal)],
    ['Call stack', formatStack(snapshot, terminal)],
  ];
  return [
    terminal.paint('bold', toPlainLine(snapshotName(snapshot))) + (isLogpoint ? '  (logpoint)' : ''),
    ...formatFacts(factsOf(snapshot)),
    ...sections.flatMap(([title, lines]) =>
      lines.length === 0 ? [] : ['', terminal.paint('bold', title), ...lines],
    ),
  ];
}

/** What is said of the snapshot by name; what is not known is null. */
function factsOf(snapshot: SnapshotResource): readonly (readonly [name: string, value: string | null])[] {
  const { functionName, filePath, lineNumber, environment, receivedAt, capturedAt } = snapshot;
  return [
    ['Captured', capturedAt],
    // It came at once, unless it waited in a queue or a spool.
    ['Received', Date.parse(receivedAt) - Date.parse(capturedAt) < LATE_MS ? null : receivedAt],
    ['Service', snapshot.serviceName + (environment === null ? '' : `, ${environment}`)],
    ['Place', [functionName, fullPlace(filePath, lineNumber)].filter((part) => part !== '').join('  ')],
    ['Snapshot', snapshot.id + (snapshot.pinned ? ', pinned' : '')],
    ['Breakpoint', snapshot.breakpointId],
    ['Instance', snapshot.instanceId],
    ['Host', snapshot.host],
    ['Release', snapshot.release],
    ['Commit', snapshot.commit],
    ['Trace', snapshot.traceId],
    ['Span', snapshot.spanId],
    ['Size', formatBytes(snapshot.sizeBytes)],
    [
      'Not captured',
      CUT_REASONS.flatMap((reason) => {
        const count = snapshot.truncated[reason];
        return count === undefined ? [] : [`${formatCount(count)} × ${reasonWords(reason)}`];
      }).join('; '),
    ],
    ['Flagged', countFlags(snapshot.securityFlags)],
    ['Scrubbed', snapshot.scrubbed === null ? 'no' : `by scrubber ${snapshot.scrubbed.version}`],
  ];
}

const LATE_MS = 5_000;

/** Which scrub types acted how often; where they did stands in the values. */
function countFlags(flags: readonly SecurityFlag[]): string {
  return [...Map.groupBy(flags, ({ type }) => type)]
    .map(([type, ofType]) => `${formatCount(ofType.length)} × ${type}`)
    .join('; ');
}

function formatRequest(request: RequestContext, terminal: Pick<Terminal, 'paint'>): string[] {
  const { method, url, path, ip, userAgent, query, headers } = request;
  return [
    `  ${toPlainLine(`${method} ${url === '' ? path : url}`.trim())}`,
    ...formatFacts([
      ['Client', ip],
      ['User agent', userAgent],
    ]),
    ...namedValues('Query', query, terminal),
    ...namedValues('Headers', headers, terminal),
  ];
}

function namedValues(title: string, values: JsonObject, terminal: Pick<Terminal, 'paint'>): string[] {
  if (Object.keys(values).length === 0) return [];
  return [`  ${title}`, ...plainValues(values, terminal).map((line) => `  ${line}`)];
}

function plainValues(values: JsonObject, terminal: Pick<Terminal, 'paint'>): string[] {
  return formatValues({ values, marks: [] }, terminal);
}

/** Names in one column, their values in another; without those that are not known. */
function formatFacts(facts: readonly (readonly [name: string, value: string | null])[]): string[] {
  const known = facts.filter(([, value]) => value !== null && value !== '');
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, value]) => `  ${name.padEnd(width)}  ${toPlainLine(value ?? '')}`);
}
