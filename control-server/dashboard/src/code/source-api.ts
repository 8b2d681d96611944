import type { FileSource, ServiceFiles } from '../../../../src/protocol/api-source.ts';
import { optional, query, request } from '../api-request.ts';
import type { ResourceQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';

/** An answer of the instances is asked for again only by hand: the question goes to processes in production. */
const NEVER_BY_ITSELF = Number.POSITIVE_INFINITY;

/** The files that the instances of a service have loaded; of one instance when it is named. */
export function serviceFilesQuery(
  { serviceName, environment }: ServiceAddress,
  instance: string | null,
): ResourceQuery<ServiceFiles> {
  return {
    queryKey: ['source', environment, serviceName, instance ?? ''],
    queryFn: ({ signal }) =>
      request(
        'GET',
        `/api/services/${encodeURIComponent(serviceName)}/files${query({ environment, instance: instance ?? undefined })}`,
        optional(signal),
      ),
    staleTime: NEVER_BY_ITSELF,
  };
}

/** The text of one of these files. */
export function fileSourceQuery(
  { serviceName, environment }: ServiceAddress,
  fileId: string,
  instance: string | null,
): ResourceQuery<FileSource> {
  return {
    queryKey: ['source', environment, serviceName, instance ?? '', fileId],
    queryFn: ({ signal }) =>
      request(
        'GET',
        `/api/services/${encodeURIComponent(serviceName)}/source${query({ file: fileId, environment, instance: instance ?? undefined })}`,
        optional(signal),
      ),
    staleTime: NEVER_BY_ITSELF,
  };
}
