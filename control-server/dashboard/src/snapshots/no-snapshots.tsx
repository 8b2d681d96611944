import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { servicePath } from '../routes.ts';
import type { ServiceAddress } from '../routes.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/notice.tsx';

/** Why the list is empty and how it fills. */
export function NoSnapshots({
  service,
  isFiltered,
  onClear,
}: {
  readonly service: ServiceAddress | null;
  readonly isFiltered: boolean;
  readonly onClear: () => void;
}): ReactElement {
  if (isFiltered) {
    return (
      <EmptyState title="No snapshot matches">
        <p>Those that come in and match appear here by themselves.</p>
        <Button onClick={onClear}>Clear the filter</Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No snapshots yet">
      <p>Call this where you want to look; the snapshot appears here within a second.</p>
      <pre className="snippet-line">
        <code>{"captureSnapshot('checkout', { cart, user });"}</code>
      </pre>
      {service !== null && (
        <Link href={servicePath(service, 'breakpoints')} className="button button-plain">
          See the breakpoints
        </Link>
      )}
    </EmptyState>
  );
}
