import type { FileSource } from '../../../../src/protocol/api-source.ts';
import { shortId } from '../../../wording/code-place.ts';

/**
 * Why lines that were asked for now may be others than those that ran when the snapshot was taken; null when they are the
 * same.
 * @param capturedBy the instance that captured; null when the snapshot does not say
 */
export function sourceRemark(
  { instanceId, isStale }: Pick<FileSource, 'instanceId' | 'isStale'>,
  capturedBy: string | null,
): string | null {
  if (instanceId !== capturedBy) {
    return `As ${shortId(instanceId)} runs it now, not the process that captured: other code may have stood here.`;
  }
  return isStale
    ? 'The file changed after the process that captured had started: other code may have run here.'
    : null;
}
