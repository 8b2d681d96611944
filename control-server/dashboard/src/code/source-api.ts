import type { FileSource, ServiceFiles } from '../../../../src/protocol/api-source.ts';
import { optional, query, request } from '../api-request.ts';
import type { ResourceQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';

/** Asked by hand only, and once: the question goes to processes in production. */
interface SourceQuery<T> extends ResourceQuery<T> {
  readonly retry: false;
}

const BY_HAND = { staleTime: Number.POSITIVE_INFINITY, retry: false } as const;

/** The files that the instances of a service have loaded; of one instance when it is named. */
export function serviceFilesQuery(
  { serviceName, environment }: ServiceAddress,
  instance: string | null,
): SourceQuery<ServiceFiles> {
  return {
    queryKey: ['source', environment, serviceName, instance ?? ''],
    queryFn: ({ signal }) =>
      request(
        'GET',
        `/api/services/${encodeURIComponent(serviceName)}/files${query({ environment, instance: instance ?? undefined })}`,
        optional(signal),
      ),
    ...BY_HAND,
  };
}

/** The text of one of these files. */
export function fileSourceQuery(
  { serviceName, environment }: ServiceAddress,
  fileId: string,
  instance: string | null,
): SourceQuery<FileSource> {
  return {
    queryKey: ['source', environment, serviceName, instance ?? '', fileId],
    queryFn: ({ signal }) =>
      request(
        'GET',
        `/api/services/${encodeURIComponent(serviceName)}/source${query({ file: fileId, environment, instance: instance ?? undefined })}`,
        optional(signal),
      ),
    ...BY_HAND,
  };
}
