import type { CSSProperties, ReactElement } from 'react';
import type { JsonValue } from '../../../../src/protocol/json.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Icon } from '../ui/icons.tsx';
import { missingWords } from '../../../wording/missing-words.ts';
import { RedactedText } from './redacted-text.tsx';
import type { ValueNode } from '../../../wording/value-node.ts';
import { previewOf } from './value-preview.ts';
import { TEXT_START_CHARS } from './value-rows.ts';
import type { ValueRow } from './value-rows.ts';
import { leafWords, typeName } from '../../../wording/value-words.ts';

/** One line of the tree: name, value, type, and what is missing. */
export function ValueLine({
  row,
  isTabStop,
  match,
  onFocus,
  onToggle,
}: {
  readonly row: ValueRow;
  readonly isTabStop: boolean;
  /** Whether a search found this place, and is at it now. */
  readonly match: 'current' | 'other' | null;
  readonly onFocus: () => void;
  readonly onToggle: () => void;
}): ReactElement {
  const { node, level, isOpen } = row;
  const missing = missingWords(node);
  return (
    <div
      role="treeitem"
      aria-level={level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-expanded={isOpen ?? undefined}
      aria-selected={false}
      tabIndex={isTabStop ? 0 : -1}
      className="value-line"
      style={{ '--level': level } as CSSProperties}
      data-pointer={node.pointer}
      data-kind={node.kind}
      data-match={match ?? undefined}
      onFocus={onFocus}
      onClick={() => {
        // A click that ends a selection of text is not meant for the tree.
        if (isOpen !== null && getSelection()?.isCollapsed !== false) onToggle();
      }}
    >
      <span className="value-arrow" data-open={isOpen ?? undefined}>
        {isOpen !== null && <Icon name="chevron" size={12} />}
      </span>
      <span className="value-content">
        <Name node={node} />
        <Value node={node} isOpen={isOpen} />
        {missing !== null && (
          <span className="value-missing" data-reason={node.missing?.reason}>
            {missing}
          </span>
        )}
      </span>
      <span className="value-actions">
        {node.path !== '' && <CopyButton compact label={`Copy path ${node.path}`} text={() => node.path} />}
        <CopyButton compact label="Copy value" about={node.path} text={() => textOfValue(node.value)} />
      </span>
    </div>
  );
}

/** A value as it is copied: texts as they are, everything else as JSON. */
export function textOfValue(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function Name({ node }: { readonly node: ValueNode }): ReactElement | null {
  if (node.name === '') return null;
  return (
    <span className={`value-name value-name-${node.nameKind}`}>
      <RedactedText text={node.name} />
      <span className="value-colon">{node.nameKind === 'entry' ? ' →' : ':'}</span>
    </span>
  );
}

function Value({
  node,
  isOpen,
}: {
  readonly node: ValueNode;
  readonly isOpen: boolean | null;
}): ReactElement {
  const type = typeName(node);
  if (node.children.length > 0) {
    return (
      <>
        {type !== null && <span className="value-type">{type}</span>}
        {isOpen === false && (
          <span className="value-preview">
            <RedactedText text={previewOf(node)} />
          </span>
        )}
      </>
    );
  }
  const words = leafWords(node);
  const text = isOpen === false ? `${words.text.slice(0, TEXT_START_CHARS)}…` : words.text;
  return (
    <>
      {type !== null && <span className="value-type">{type}</span>}
      {words.text !== '' || node.kind === 'string' ? (
        <span className={`value-${words.voice}`}>
          {words.voice === 'string' && <span className="value-quote">"</span>}
          <RedactedText text={text} />
          {words.voice === 'string' && <span className="value-quote">"</span>}
        </span>
      ) : null}
    </>
  );
}
