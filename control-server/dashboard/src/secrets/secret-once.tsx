import type { ReactElement } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';

/** A new secret: shown now and never again. */
export function SecretOnce({
  secret,
  noun = 'key',
}: {
  readonly secret: string;
  readonly noun?: 'key' | 'token' | 'secret';
}): ReactElement {
  return (
    <div className="secret">
      <code className="secret-text" data-testid="key-secret">
        {secret}
      </code>
      <CopyButton label={`Copy ${noun}`} text={() => secret} testId="copy-secret" />
      <p className="secret-note">
        {noun === 'secret'
          ? 'Copy it now: it is shown only once.'
          : 'Copy it now: it is shown only once. The server keeps no copy of it.'}
      </p>
    </div>
  );
}
