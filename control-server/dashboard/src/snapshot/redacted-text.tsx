import type { ReactElement } from 'react';
import { redactionName, splitRedactions } from '../../../wording/redaction.ts';

/** A text with the scrubber's markers set apart, so that they are not taken for what the program wrote. */
export function RedactedText({ text }: { readonly text: string }): ReactElement {
  return (
    <>
      {splitRedactions(text).map((piece, index) =>
        piece.kind === 'text' ? (
          <span key={index}>{piece.text}</span>
        ) : (
          <span key={index} className="redacted" title="Removed by the scrubber before it left the process">
            {redactionName(piece.type)}
          </span>
        ),
      )}
    </>
  );
}
