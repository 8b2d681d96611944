import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { administration, exportAuditPath } from '../administration/administration-api.ts';
import { AdministrationPage } from '../administration/administration-page.tsx';
import { goTo, useRawSearch } from '../navigation.ts';
import { FilterChoice, FilterText } from '../snapshots/filter-field.tsx';
import { FilterTimes } from '../snapshots/filter-times.tsx';
import { Button } from '../ui/button.tsx';
import { Dropdown } from '../ui/dropdown.tsx';
import { EmptyState, FailureNotice, Skeleton } from '../ui/notice.tsx';
import {
  AUDIT_SUBJECTS,
  WHOLE_AUDIT,
  auditQuery,
  readAuditFilter,
  writeAuditFilter,
} from './audit-filter.ts';
import type { AuditFilter } from './audit-filter.ts';
import { AuditTable } from './audit-table.tsx';

const PAGE_SIZE = 100;

/** `/audit`: who did what, when, and from where. */
export function AuditPage(): ReactElement {
  const filter = readAuditFilter(useRawSearch());
  return (
    <AdministrationPage title="Audit" actions={<AuditExport filter={filter} />}>
      {() => <AuditList filter={filter} />}
    </AdministrationPage>
  );
}

function AuditExport({ filter }: { readonly filter: AuditFilter }): ReactElement {
  return (
    <Dropdown label="Export" icon="download" testId="export-audit">
      {(close) =>
        (['ndjson', 'csv'] as const).map((format) => (
          <a
            key={format}
            className="menu-item"
            href={exportAuditPath(auditQuery(filter), format)}
            download={`audit.${format}`}
            onClick={close}
          >
            {format.toUpperCase()}
          </a>
        ))
      }
    </Dropdown>
  );
}

function AuditList({ filter }: { readonly filter: AuditFilter }): ReactElement {
  const written = writeAuditFilter(filter);
  const entries = useInfiniteQuery({
    queryKey: ['audit', written],
    queryFn: ({ pageParam, signal }) =>
      administration.audit(
        { ...auditQuery(filter), limit: PAGE_SIZE, ...(pageParam !== '' && { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  });
  const change = (fields: Partial<AuditFilter>): void =>
    goTo(location.pathname + writeAuditFilter({ ...filter, ...fields }), { replace: true });
  const items = entries.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <section className="filter-panel" aria-label="Filter the audit">
        <FilterText label="Who" value={filter.actor} onValue={(actor) => change({ actor })} />
        <FilterChoice
          label="About"
          any="Everything"
          options={AUDIT_SUBJECTS}
          value={filter.action}
          onValue={(action) => change({ action })}
        />
        <FilterText
          label="Target"
          placeholder="breakpoint/…"
          mono
          value={filter.target}
          onValue={(target) => change({ target })}
        />
        <FilterTimes labels={['From', 'Before']} filter={filter} onTimes={change} />
      </section>
      {items === undefined ? (
        entries.isError ? (
          <FailureNotice error={entries.error} onRetry={() => void entries.refetch()} />
        ) : (
          <Skeleton lines={10} />
        )
      ) : items.length === 0 ? (
        <EmptyState title={written === '' ? 'Nothing was done yet' : 'Nothing matches'}>
          {written !== '' && <Button onClick={() => change(WHOLE_AUDIT)}>Clear the filter</Button>}
        </EmptyState>
      ) : (
        <>
          <AuditTable entries={items} />
          <p className="list-end" role="status">
            {entries.hasNextPage ? '' : 'That is all'}
          </p>
          {entries.hasNextPage && (
            <Button
              disabled={entries.isFetchingNextPage}
              onClick={() => void entries.fetchNextPage()}
              data-testid="older-audit"
            >
              {entries.isFetchingNextPage ? 'Loading…' : 'Older entries'}
            </Button>
          )}
        </>
      )}
    </>
  );
}
