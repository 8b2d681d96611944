import { MAX_LABEL_LENGTH } from '../../src/protocol/limits.ts';
import { toStorableText } from '../../src/protocol/storable-text.ts';

/** Why a label is refused. */
export type LabelRefusal = 'label_too_long' | 'bad_label';

/**
 * Null for a label that can be kept as it is. One with a NUL or half of a surrogate pair cannot: a database would hand
 * out another text than the one that its program calls it by, and the two would never meet.
 */
export function refusalOfLabel(label: string): LabelRefusal | null {
  if (label.length > MAX_LABEL_LENGTH) return 'label_too_long';
  return toStorableText(label) === label ? null : 'bad_label';
}
