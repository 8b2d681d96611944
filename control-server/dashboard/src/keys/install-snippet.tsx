import { useState } from 'react';
import type { ReactElement } from 'react';
import { CopyButton } from '../ui/copy-button.tsx';
import { installSteps } from './install-steps.ts';
import type { InstallWay } from './install-steps.ts';

const WAYS: readonly (readonly [InstallWay, string])[] = [
  ['code', 'In the code'],
  ['environment', 'Without code'],
];

/** What to run and write to connect a service, with the address of this server and the key filled in. */
export function InstallSnippet({ secret }: { readonly secret: string | null }): ReactElement {
  const [way, setWay] = useState<InstallWay>('code');
  return (
    <div className="install">
      <div className="segments" role="radiogroup" aria-label="How to add the agent">
        {WAYS.map(([value, label]) => (
          <label key={value} className="segment">
            <input type="radio" name="install-way" checked={way === value} onChange={() => setWay(value)} />
            {label}
          </label>
        ))}
      </div>
      {installSteps(way, { secret, endpoint: location.origin }).map((step) => (
        <figure key={step.title} className="snippet">
          <figcaption>
            {step.title}
            <CopyButton label="Copy" text={() => step.code} />
          </figcaption>
          <pre tabIndex={0}>
            <code>{step.code}</code>
          </pre>
        </figure>
      ))}
    </div>
  );
}
