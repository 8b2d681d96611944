import type { ServerNode } from '../../../../src/protocol/api-nodes.ts';

/** So near to its limit, a disk is worth a warning. */
const NEAR_PERCENT = 10;

/** How full the disk of a node is, and whether that is a problem. */
export function diskWords({
  diskUsedPercent,
  diskLimitPercent,
}: Pick<ServerNode, 'diskUsedPercent' | 'diskLimitPercent'>): {
  readonly words: string;
  readonly tone: 'ok' | 'warn' | 'stop' | 'neutral';
} {
  if (diskUsedPercent === null) return { words: 'unknown', tone: 'neutral' };
  const used = `${Math.round(diskUsedPercent)} %`;
  if (diskLimitPercent < 100 && diskUsedPercent > diskLimitPercent) {
    return { words: `${used}, above its limit of ${diskLimitPercent} %`, tone: 'stop' };
  }
  const words = diskLimitPercent < 100 ? `${used} of at most ${diskLimitPercent} %` : used;
  return { words, tone: diskUsedPercent > diskLimitPercent - NEAR_PERCENT ? 'warn' : 'ok' };
}
