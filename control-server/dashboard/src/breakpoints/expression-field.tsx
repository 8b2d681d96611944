import type { ComponentProps, ReactElement } from 'react';
import { TextField } from '../ui/field.tsx';
import { mistakeWords } from './expression-check.ts';
import type { Mistake } from './expression-check.ts';

/** Characters of the text that are shown before and after the place. */
const AROUND_CHARS = 24;

/** A text that is parsed as it is typed: what is wrong and where stands below it. */
export function ExpressionField({
  mistake,
  refusal,
  value,
  ...field
}: Omit<ComponentProps<typeof TextField>, 'value' | 'problem' | 'mono'> & {
  readonly value: string;
  readonly mistake: Mistake | null;
  /** What the server says of it. */
  readonly refusal?: string | undefined;
}): ReactElement {
  return (
    <TextField
      {...field}
      mono
      value={value}
      problem={mistake === null ? refusal : <MistakeAt text={value} mistake={mistake} />}
    />
  );
}

function MistakeAt({ text, mistake }: { readonly text: string; readonly mistake: Mistake }): ReactElement {
  const { position } = mistake;
  const start = Math.max(0, position - AROUND_CHARS);
  const before = text.slice(start, position);
  const after = text.slice(position + 1, position + AROUND_CHARS);
  return (
    <>
      {mistakeWords(mistake)}
      <code className="mistake" aria-hidden="true">
        {start > 0 && '…'}
        {before}
        <mark>{text.charAt(position) || '\u00a0'}</mark>
        {after}
        {position + AROUND_CHARS < text.length && '…'}
      </code>
    </>
  );
}
