import type { OriginalLine, OriginalLines, OriginalTarget, WantedLine } from './original-lines.ts';
import type { Script } from './script.ts';

/** Lines whose places are kept. */
const MAX_REMEMBERED = 500;

/** Without its script: that may hold a map of megabytes, and V8 has it. */
type RememberedTarget = Omit<OriginalTarget, 'script'>;

/**
 * The same, with every line that was found remembered: a breakpoint is armed anew after each capture, and to read the map of
 * a large bundle again each time takes more of the thread than all that a breakpoint may take. What is known of a script stays
 * true, since no script ever changes.
 */
export function rememberLines(lines: OriginalLines): OriginalLines {
  const known = new Map<string, { readonly source: string; readonly targets: readonly RememberedTarget[] }>();

  function recall(key: string, scripts: readonly Script[]): OriginalLine | null {
    const line = known.get(key);
    if (line === undefined) return null;
    const targets = line.targets.flatMap((target) => {
      const script = scripts.find(({ id }) => id === target.place.scriptId);
      return script === undefined ? [] : [{ ...target, script }];
    });
    return targets.length === line.targets.length ? { kind: 'found', source: line.source, targets } : null;
  }

  return {
    async find(wanted, scripts) {
      const key = keyOf(wanted, scripts);
      const remembered = recall(key, scripts);
      if (remembered !== null) return remembered;
      const found = await lines.find(wanted, scripts);
      if (found.kind === 'found') {
        if (known.size >= MAX_REMEMBERED) known.clear();
        const targets = found.targets.map(({ place, others, echoes }) => ({ place, others, echoes }));
        known.set(key, { source: found.source, targets });
      }
      return found;
    },
  };
}

/** V8 counts its scripts on: where there are as many as before and none is newer, they are the same. */
function keyOf({ filePath, lineNumber, columnNumber }: WantedLine, scripts: readonly Script[]): string {
  const newest = scripts.reduce((most, { id }) => Math.max(most, Number(id)), 0);
  return [filePath, lineNumber, columnNumber, scripts.length, newest].join('\n');
}
