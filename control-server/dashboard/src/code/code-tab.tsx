import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ServiceFiles } from '../../../../src/protocol/api-source.ts';
import { useRawSearch } from '../navigation.ts';
import type { ServiceAddress } from '../routes.ts';
import { Skeleton } from '../ui/notice.tsx';
import { CodeBrowser } from './code-browser.tsx';
import { readCodePlace } from './code-place.ts';
import { CodeProblem } from './code-problem.tsx';
import { serviceFilesQuery } from './source-api.ts';

/** The code that the instances of a service run, to read and to set breakpoints in. */
export function CodeTab({ service }: { readonly service: ServiceAddress }): ReactElement {
  const client = useQueryClient();
  const place = readCodePlace(useRawSearch());
  const files = useQuery<ServiceFiles>(serviceFilesQuery(service, place.instance));
  const refresh = (): void =>
    void client.resetQueries({ queryKey: ['source', service.environment, service.serviceName] });
  if (files.data !== undefined) {
    return (
      <CodeBrowser
        // Other files make another tree.
        key={place.instance}
        service={service}
        files={files.data}
        place={place}
        onRefresh={refresh}
      />
    );
  }
  if (files.isError) {
    return (
      <div className="code-missing">
        <CodeProblem error={files.error} onRetry={refresh} />
      </div>
    );
  }
  return (
    <div aria-busy="true">
      <p className="visually-hidden" role="status">
        Asking the running instances for their files
      </p>
      <Skeleton lines={14} />
    </div>
  );
}
