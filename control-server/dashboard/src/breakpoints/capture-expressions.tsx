import { useRef } from 'react';
import type { ReactElement } from 'react';
import { Button, IconButton } from '../ui/button.tsx';
import type { Mistake } from './expression-check.ts';
import { ExpressionField } from './expression-field.tsx';

/** As many as the server takes. */
const MAX_EXPRESSIONS = 20;

/** What is worked out at each hit besides the variables: an expression a line. */
export function CaptureExpressions({
  expressions,
  mistakes,
  refusal,
  onChange,
}: {
  readonly expressions: readonly string[];
  /** One for each, in their order. */
  readonly mistakes: readonly (Mistake | null)[];
  /** What the server says of them. */
  readonly refusal: string | undefined;
  readonly onChange: (expressions: readonly string[]) => void;
}): ReactElement {
  const frame = useRef<HTMLFieldSetElement>(null);
  return (
    <fieldset ref={frame} className="expressions" data-testid="capture-expressions">
      <legend>Expressions (optional)</legend>
      {expressions.map((expression, index) => (
        <ExpressionField
          // Lines have no identity but their place.
          key={index}
          label={`Expression ${index + 1}`}
          isLabelHidden
          autoFocus={expression === ''}
          placeholder="cart.items.length"
          value={expression}
          mistake={mistakes[index] ?? null}
          onChange={(event) => onChange(expressions.with(index, event.currentTarget.value))}
          trailing={
            <IconButton
              icon="close"
              label={`Remove expression ${index + 1}`}
              onClick={() => {
                onChange(expressions.toSpliced(index, 1));
                frame.current?.querySelector<HTMLElement>('[data-testid=add-expression]')?.focus();
              }}
            />
          }
        />
      ))}
      {refusal !== undefined && (
        <p className="field-problem" role="alert">
          {refusal}
        </p>
      )}
      {expressions.length === 0 && (
        <p className="field-hint">Worked out at each hit and shown beside the variables.</p>
      )}
      <Button
        icon="plus"
        aria-disabled={expressions.length >= MAX_EXPRESSIONS}
        onClick={() => {
          if (expressions.length < MAX_EXPRESSIONS) onChange([...expressions, '']);
        }}
        data-testid="add-expression"
      >
        {expressions.length >= MAX_EXPRESSIONS ? `At most ${MAX_EXPRESSIONS}` : 'Add an expression'}
      </Button>
    </fieldset>
  );
}
