import { MAX_LABEL_LENGTH } from '../../src/protocol/limits.ts';

/** Why a label is refused. */
export type LabelRefusal = 'label_too_long' | 'bad_label';

/**
 * Null for a label that can be kept as it is. One with a NUL cannot: a database would hand out another text than the
 * one that its program calls it by, and the two would never meet.
 */
export function refusalOfLabel(label: string): LabelRefusal | null {
  if (label.length > MAX_LABEL_LENGTH) return 'label_too_long';
  return label.includes('\0') ? 'bad_label' : null;
}
