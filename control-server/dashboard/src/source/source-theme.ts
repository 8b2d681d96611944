import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The colours are the tokens of the page, which reach into a shadow root, so that light and dark come by themselves. */
const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--faint)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.self], color: 'var(--value-keyword)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--value-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--value-number)' },
  { tag: [tags.typeName, tags.className, tags.namespace, tags.tagName], color: 'var(--code-type)' },
  {
    tag: [
      tags.function(tags.variableName),
      tags.function(tags.propertyName),
      tags.definition(tags.function(tags.variableName)),
    ],
    color: 'var(--code-function)',
  },
  { tag: [tags.operator, tags.punctuation, tags.bracket], color: 'var(--muted)' },
]);

const surface = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: '0.78125rem' },
  '&.cm-focused': { outline: 'none' },
  // Above the margin and the line of the cursor, which would cover an outline.
  '&.cm-focused::after': {
    content: '""',
    position: 'absolute',
    inset: '0',
    zIndex: '300',
    border: '2px solid var(--accent)',
    pointerEvents: 'none',
  },
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: '1.6', overscrollBehavior: 'contain' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 16px 0 8px' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)' },
  '.cm-gutters': {
    backgroundColor: 'var(--surface)',
    color: 'var(--faint)',
    border: '0',
    borderRight: '1px solid var(--line)',
  },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '3.2ch', padding: '0 10px 0 2px', cursor: 'pointer' },
  '.cm-activeLine': { backgroundColor: 'var(--code-line)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--code-line)', color: 'var(--text)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    backgroundColor: 'var(--code-selection)',
  },
  '.cm-selectionMatch': { backgroundColor: 'var(--code-match)' },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)', outline: '1px solid var(--warn)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--code-selection)' },
  '.cm-panels': {
    backgroundColor: 'var(--sunken)',
    color: 'var(--text)',
    borderColor: 'var(--line)',
    fontFamily: 'var(--font-ui)',
  },
  '.cm-panel.cm-search, .cm-panel.cm-gotoLine': { padding: '8px 36px 8px 10px' },
  '.cm-panel.cm-search label': {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '4px',
    marginLeft: '8px',
    fontSize: '0.75rem',
  },
  '.cm-textfield': {
    padding: '3px 8px',
    border: '1px solid var(--line-strong)',
    borderRadius: '4px',
    backgroundColor: 'var(--surface)',
    color: 'var(--text)',
    fontSize: '0.75rem',
  },
  '.cm-button': {
    padding: '3px 10px',
    border: '1px solid var(--line-strong)',
    borderRadius: '4px',
    backgroundColor: 'var(--surface)',
    backgroundImage: 'none',
    color: 'var(--text)',
    fontSize: '0.75rem',
  },
  '.cm-panel [name=close]': { color: 'var(--muted)', fontSize: '1rem', padding: '2px 8px' },
});

const marks = EditorView.theme({
  '.cm-marks': { width: '24px' },
  '.cm-marks .cm-gutterElement': {
    display: 'grid',
    placeItems: 'center',
    padding: '0 0 0 4px',
    cursor: 'pointer',
  },
  // Where a click would put one.
  '.cm-marks .cm-gutterElement:hover:empty::before': {
    content: '""',
    width: '10px',
    height: '10px',
    borderRadius: '50%',
    backgroundColor: 'var(--ok)',
    opacity: '0.4',
  },
  '.mark': { display: 'grid', lineHeight: '0' },
  '.mark svg': {
    width: '16px',
    height: '16px',
    fill: 'none',
    stroke: 'currentColor',
    strokeWidth: '1.5',
    strokeLinecap: 'round',
    strokeLinejoin: 'round',
  },
  '.mark-active': { color: 'var(--ok)' },
  '.mark-active svg, .mark-label svg': { fill: 'currentColor' },
  '.mark-pending, .mark-waiting': { color: 'var(--muted)' },
  '.mark-throttled': { color: 'var(--warn)' },
  '.mark-error': { color: 'var(--stop)' },
  '.mark-stopped': { color: 'var(--stop)' },
  '.mark-silent': { color: 'var(--muted)' },
  '.mark-expired, .mark-off, .mark-leaving': { color: 'var(--faint)' },
  '.mark-label': { color: 'var(--accent)' },
  '.cm-line .mark': { display: 'inline-grid', marginRight: '2px', verticalAlign: '-2px' },
  '.cm-line .mark svg': { width: '13px', height: '13px' },
  '.cm-label': {
    marginLeft: '12px',
    padding: '0 7px',
    borderRadius: '4px',
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--accent)',
    fontFamily: 'var(--font-ui)',
    fontSize: '0.6875rem',
  },
});

/** How source looks, in light and in dark. */
export const sourceTheme: Extension = [surface, marks, syntaxHighlighting(colours)];
