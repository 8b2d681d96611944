import type { SourceInstance } from '../../../../src/protocol/api-source.ts';
import { shortId } from '../../../wording/code-place.ts';

/** `web-1 · 1.4.2 · 0b6e1f2a`: what tells instances of one service apart. */
export function instanceName({
  host,
  release,
  commit,
  instanceId,
}: Pick<SourceInstance, 'host' | 'release' | 'commit' | 'instanceId'>): string {
  const version = release ?? (commit === null ? null : shortId(commit));
  return [host ?? 'unknown host', version, shortId(instanceId)].filter((part) => part !== null).join(' · ');
}
