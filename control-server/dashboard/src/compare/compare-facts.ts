import type { SnapshotResource } from '../../../../src/protocol/api.ts';
import { toFunctionName } from '../../../wording/function-name.ts';
import { fullPlace } from '../../../wording/code-place.ts';

/** One thing that is said of both snapshots, and is not the same. */
export interface FactDifference {
  readonly name: string;
  readonly left: string;
  readonly right: string;
}

/** What differs around the variables: where, by which code, in which process, and how the program came there. */
export function compareFacts(left: SnapshotResource, right: SnapshotResource): readonly FactDifference[] {
  const theirs = factsOf(right);
  const facts = factsOf(left).map(([name, value], index) => ({
    name,
    left: value,
    right: theirs[index]?.[1] ?? '',
  }));
  return [...facts.filter((fact) => fact.left !== fact.right), ...stackDifference(left, right)];
}

function factsOf(snapshot: SnapshotResource): readonly (readonly [name: string, value: string])[] {
  return [
    ['Service', snapshot.serviceName],
    ['Environment', snapshot.environment ?? ''],
    ['Label', snapshot.label ?? ''],
    ['Function', snapshot.functionName],
    ['Place', fullPlace(snapshot.filePath, snapshot.lineNumber)],
    ['Release', snapshot.release ?? ''],
    ['Commit', snapshot.commit ?? ''],
    ['Host', snapshot.host ?? ''],
    ['Instance', snapshot.instanceId ?? ''],
    ['Trace', snapshot.traceId ?? ''],
    ['Request', snapshot.requestContext === null ? '' : requestLine(snapshot.requestContext)],
    ['Scrubbed', [...new Set(snapshot.securityFlags.map(({ type }) => type))].toSorted().join(', ')],
  ];
}

function requestLine(request: NonNullable<SnapshotResource['requestContext']>): string {
  return `${request.method} ${request.path === '' ? request.url : request.path}`;
}

/** The innermost frame at which the stacks part. */
function stackDifference(left: SnapshotResource, right: SnapshotResource): readonly FactDifference[] {
  const mine = left.frames.map(frameText);
  const theirs = right.frames.map(frameText);
  const at = Array.from({ length: Math.max(mine.length, theirs.length) }, (_, index) => index).find(
    (index) => mine[index] !== theirs[index],
  );
  if (at === undefined) return [];
  return [
    {
      name: `Call stack, from frame ${at + 1}`,
      left: mine[at] ?? '(no more frames)',
      right: theirs[at] ?? '(no more frames)',
    },
  ];
}

function frameText({ functionName, filePath, lineNumber }: SnapshotResource['frames'][number]): string {
  return `${toFunctionName(functionName)} ${fullPlace(filePath, lineNumber)}`.trim();
}
