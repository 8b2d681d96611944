import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { SnapshotResource } from '../../../../src/protocol/api.ts';
import { api } from '../api-client.ts';
import { snapshotQuery } from '../queries.ts';
import { withPinned } from '../snapshots/snapshot-feed.ts';
import type { SnapshotFeed } from '../snapshots/snapshot-feed.ts';
import { Button } from '../ui/button.tsx';
import { failureText } from '../ui/failure-text.ts';
import { useToasts } from '../ui/toasts.tsx';

/** Keeps a snapshot from being deleted by age, or leaves it to that again. */
export function PinButton({ snapshot }: { readonly snapshot: SnapshotResource }): ReactElement {
  const client = useQueryClient();
  const toasts = useToasts();
  const { id, pinned } = snapshot;
  const pin = useMutation({
    mutationFn: (wanted: boolean) => api.pinSnapshot(id, wanted),
    onSuccess: (_nothing, wanted) => {
      client.setQueryData<SnapshotResource>(
        snapshotQuery(id).queryKey,
        (known) => known && { ...known, pinned: wanted },
      );
      client.setQueriesData<SnapshotFeed>(
        { queryKey: ['feed'] },
        (feed) => feed && withPinned(feed, id, wanted),
      );
    },
    onError: (error, wanted) =>
      toasts.show({
        id: `pin-${id}`,
        tone: 'failure',
        text: `The snapshot is ${wanted ? 'not' : 'still'} pinned. ${failureText(error)}`,
      }),
  });
  return (
    <Button
      icon="pin"
      aria-pressed={pinned}
      disabled={pin.isPending}
      title={pinned ? 'Let it be deleted once it is too old' : 'Keep it, however old it gets'}
      onClick={() => pin.mutate(!pinned)}
      data-testid="pin"
    >
      {pinned ? 'Pinned' : 'Pin'}
    </Button>
  );
}
