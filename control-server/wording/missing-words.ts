import type { CutReason } from '../../src/protocol/value-mark.ts';
import { formatCount } from './quantity.ts';
import type { ShownKind, ValueNode } from './value-node.ts';

const REASONS: Readonly<Record<CutReason, string>> = {
  depth: 'beyond the depth limit',
  collectionSize: 'beyond the element limit',
  propertyCount: 'beyond the property limit',
  stringLength: 'beyond the string limit',
  payload: 'cut to keep the snapshot within its size',
  timeBudget: 'copying ran out of time',
  getter: 'getters are never run',
  proxy: 'proxies are never read',
  redacted: 'removed by the scrubber',
};

/** A reason by itself, for a list of what was cut. */
export function reasonWords(reason: CutReason): string {
  return REASONS[reason];
}

/** What is missing at a place and why: `900 of 1,000 elements not captured · beyond the element limit`; or null. */
export function missingWords(node: ValueNode): string | null {
  // These say it in place of their value.
  if (node.missing === null || node.kind === 'accessor' || node.kind === 'proxy') return null;
  const { reason, size } = node.missing;
  if (reason === 'redacted' || reason === 'getter') return REASONS[reason];
  return `${amountMissing(node, size)} · ${REASONS[reason]}`;
}

function amountMissing(node: ValueNode, size: number | null): string {
  if (size === null) return 'not captured';
  const kept = node.children.length;
  const unit = unitOf(node.kind, size);
  if (kept > 0 && size > kept)
    return `${formatCount(size - kept)} of ${formatCount(size)} ${unit} not captured`;
  return node.text !== null && node.text !== '[...]'
    ? `${formatCount(size)} ${unit} in all`
    : `${formatCount(size)} ${unit} not captured`;
}

function unitOf(kind: ShownKind, size: number): string {
  const many = size === 1 ? '' : 's';
  switch (kind) {
    case 'array':
    case 'set':
    case 'typed_array':
    case 'arguments':
      return `element${many}`;
    case 'map':
      return size === 1 ? 'entry' : 'entries';
    case 'buffer':
    case 'array_buffer':
    case 'data_view':
      return `byte${many}`;
    case 'object':
    case 'error':
    case 'module':
      return size === 1 ? 'property' : 'properties';
    default:
      return `character${many}`;
  }
}
