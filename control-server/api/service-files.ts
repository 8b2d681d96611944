import type {
  ServiceFiles,
  SourceFile,
  SourceInstance,
  SourceVersion,
} from '../../src/protocol/api-source.ts';
import type { LoadedFile, SourceAnswer } from '../../src/protocol/source.ts';
import type { Asked } from '../sources/service-sources.ts';
import { noAgentOnline, noAnswer, REFUSAL_DETAILS, refusedBy } from './source-problems.ts';

interface OpenFile extends Omit<SourceFile, 'versions'> {
  readonly versions: Map<string | null, string[]>;
}

/**
 * The lists of several instances as one.
 * @throws ProblemError when none of them showed its list
 */
export function mergeFiles(serviceName: string, asked: readonly Asked[], nowMs: number): ServiceFiles {
  const answered = asked.flatMap(({ agent, answer }) => (isTree(answer) ? [{ agent, answer }] : []));
  if (answered.length === 0) throw whyNone(asked);
  const files = new Map<string, OpenFile>();
  for (const { agent, answer } of answered) {
    for (const file of answer.files) addFile(files, file, agent.instanceId);
  }
  const merged = [...files.values()]
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ versions, ...file }) => ({
      ...file,
      versions: [...versions].map(([hash, instanceIds]) => ({ hash, instanceIds })),
    }));
  return {
    serviceName,
    files: merged,
    omittedFiles: Math.max(...answered.map(({ answer }) => answer.omittedFiles)),
    unreadMaps: Math.max(...answered.map(({ answer }) => answer.unreadMaps)),
    instances: asked.map(toInstance),
    hasDifferentCode: merged.some(({ versions }) => versions.filter(isKnown).length > 1),
    answeredAt: new Date(nowMs).toISOString(),
  };
}

/** The reason of most weight: one that a person can act on. */
export function whyNone(asked: readonly Asked[]): Error {
  const refusal = asked.map(({ answer }) => answer).find(isRefused);
  if (refusal !== undefined) return refusedBy(refusal.code);
  return asked.some(({ answer }) => answer === 'no_answer') ? noAnswer() : noAgentOnline();
}

function addFile(files: Map<string, OpenFile>, file: LoadedFile, instanceId: string): void {
  const { id, path, kind, compiledPath, hash } = file;
  let open = files.get(path);
  if (open === undefined) {
    open = { id, path, kind, compiledPath, versions: new Map() };
    files.set(path, open);
  }
  const known = open.versions.get(hash);
  if (known === undefined) open.versions.set(hash, [instanceId]);
  else known.push(instanceId);
}

/** Without a hash nothing is known of the code: neither that it is another one nor that it is the same. */
function isKnown({ hash }: SourceVersion): boolean {
  return hash !== null;
}

function toInstance({ agent, answer }: Asked): SourceInstance {
  const { instanceId, environment, status } = agent;
  return {
    instanceId,
    environment,
    host: status?.host ?? null,
    release: status?.release ?? null,
    commit: status?.commit ?? null,
    ...stateOf(answer),
  };
}

function stateOf(answer: Asked['answer']): Pick<SourceInstance, 'state' | 'reason' | 'detail'> {
  if (answer === null) return { state: 'not_asked', reason: null, detail: NOT_ASKED };
  if (answer === 'no_answer') return { state: 'no_answer', reason: null, detail: noAnswer().message };
  if (answer.kind === 'refused') {
    return { state: 'refused', reason: answer.code, detail: REFUSAL_DETAILS[answer.code] };
  }
  return { state: 'answered', reason: null, detail: null };
}

const NOT_ASKED =
  'This instance has no open stream, runs an SDK that shows no source, or is one of more than eight.';

function isTree(answer: Asked['answer']): answer is Extract<SourceAnswer, { kind: 'tree' }> {
  return typeof answer === 'object' && answer?.kind === 'tree';
}

function isRefused(answer: Asked['answer']): answer is Extract<SourceAnswer, { kind: 'refused' }> {
  return typeof answer === 'object' && answer?.kind === 'refused';
}
