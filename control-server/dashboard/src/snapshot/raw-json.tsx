import { useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import type { SnapshotResource } from '../../../../src/protocol/api.ts';
import { rawSnapshotPath } from '../api-client.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Icon } from '../ui/icons.tsx';

/** The snapshot as the API gives it, to read, copy or download. */
export function RawJson({ snapshot }: { readonly snapshot: SnapshotResource }): ReactElement {
  const [isOpen, setIsOpen] = useState(false);
  const text = useMemo(() => JSON.stringify(snapshot, null, 2), [snapshot]);
  return (
    <>
      <div className="panel-actions">
        <Button aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)} data-testid="toggle-raw">
          {isOpen ? 'Hide' : 'Show'}
        </Button>
        <CopyButton label="Copy" text={() => text} testId="copy-raw" />
        <a
          className="button button-plain"
          href={rawSnapshotPath(snapshot.id)}
          download
          data-testid="download-raw"
        >
          <Icon name="download" /> Download
        </a>
      </div>
      {isOpen && (
        <pre className="raw" tabIndex={0} aria-label="Raw JSON">
          {text}
        </pre>
      )}
    </>
  );
}
