import type { StackFrame } from '../../../../src/protocol/snapshot.ts';

/** Neighbouring frames of one origin: the service's own code, or code that is folded away at first. */
export interface FrameGroup {
  readonly origin: 'own' | 'other';
  readonly frames: readonly StackFrame[];
  /** For folded code: where it comes from, `express, node:internal`. */
  readonly summary: string;
}

/** The call stack, nearest first, with runs of dependencies' and Node's own frames put together. */
export function groupFrames(frames: readonly StackFrame[]): FrameGroup[] {
  const groups: { origin: FrameGroup['origin']; frames: StackFrame[] }[] = [];
  for (const frame of frames) {
    const origin = frame.inApp ? 'own' : 'other';
    const last = groups.at(-1);
    if (last?.origin === origin) last.frames.push(frame);
    else groups.push({ origin, frames: [frame] });
  }
  return groups.map((group) => ({ ...group, summary: [...new Set(group.frames.map(packageOf))].join(', ') }));
}

/** The package that a frame belongs to, `@scope/name` or `node:internal`; the file's name when there is none. */
function packageOf(frame: StackFrame): string {
  if (frame.filePath.startsWith('node:')) return frame.filePath.split('/', 1)[0] ?? frame.filePath;
  const segments = frame.filePath.split(/[\\/]/);
  const at = segments.lastIndexOf('node_modules');
  const name = segments[at + 1];
  if (at === -1 || name === undefined) return segments.at(-1) ?? frame.filePath;
  return name.startsWith('@') ? `${name}/${segments[at + 2] ?? ''}` : name;
}
