import type { StackFrame } from '../../../../src/protocol/snapshot.ts';

/** Neighbouring frames: the service's own code, or code of dependencies and Node that is folded away at first. */
export interface FrameGroup {
  readonly isOwn: boolean;
  readonly frames: readonly StackFrame[];
  /** For folded code: where it comes from, `express, node:internal`. */
  readonly summary: string;
}

/** The call stack, nearest first, with runs of dependencies' and Node's own frames put together. */
export function groupFrames(frames: readonly StackFrame[]): FrameGroup[] {
  const groups: { isOwn: boolean; frames: StackFrame[] }[] = [];
  for (const frame of frames) {
    const isOwn = frame.origin === 'application';
    const last = groups.at(-1);
    if (last?.isOwn === isOwn) last.frames.push(frame);
    else groups.push({ isOwn, frames: [frame] });
  }
  return groups.map((group) => ({ ...group, summary: [...new Set(group.frames.map(packageOf))].join(', ') }));
}

/** Whose code a frame runs, for people: `Node.js`, the package `@scope/name`, or the file's name when there is none. */
export function packageOf(frame: StackFrame): string {
  if (frame.origin === 'node') return 'Node.js';
  const segments = frame.filePath.split(/[\\/]/);
  const at = segments.lastIndexOf('node_modules');
  const name = segments[at + 1];
  if (at === -1 || name === undefined) return segments.at(-1) ?? frame.filePath;
  return name.startsWith('@') ? `${name}/${segments[at + 2] ?? ''}` : name;
}
