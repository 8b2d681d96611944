import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify, LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { watchRequests } from './event-stream.ts';
import type { HostAllowList } from './host-allow-list.ts';
import { encodeProblem, ProblemError, sendProblem } from './problem.ts';
import { internalError, notFound, toProblem } from './request-problem.ts';
import type { TranslateError } from './request-problem.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { compileValidator } from './validation.ts';

/** The server on which every room registers its routes, which may then use TypeBox schemas. */
export type App = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What {@link createApp} needs. */
export interface AppOptions {
  readonly logger: FastifyBaseLogger;
  readonly allowsHost: HostAllowList;
  /** PEM texts; null for plain http. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly translateError: TranslateError;
  /** True: the last address of `X-Forwarded-For` is the client's, since the proxy in front wrote it. Default false. */
  readonly isBehindProxy?: boolean;
  /** Mends what a client wrote wrong into its URL, before a route is looked for. Default: as it came. */
  readonly repairUrl?: (url: string) => string;
}

/** A body of the API; captures allow more. */
const BODY_LIMIT_BYTES = 1024 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
/** A connection on which nothing moves, such as that of a client that does not read its answer. Streams have none. */
const IDLE_TIMEOUT_MS = 60_000;
/** How often Node looks for requests past their time; 30 s by default, which would double the limits above. */
const TIMEOUT_CHECK_MS = 1_000;
/** Names in paths have up to 200 characters, each up to nine when percent-encoded. */
const MAX_PARAM_CHARS = 1_800;

/** Plumbing that every answer goes through, and nothing of what the product is about. Registers no route. */
export function createApp(options: AppOptions): App {
  const serverOptions = { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: TIMEOUT_CHECK_MS };
  const app = fastify({
    ...(options.tls === null ? { http: serverOptions } : { https: { ...serverOptions, ...options.tls } }),
    loggerInstance: options.logger,
    // Of its own id: one that a client sends could be that of another request, and is text for the log.
    genReqId: () => randomUUID(),
    // Its lines would hold paths and queries of people who look at snapshots; ours have the pattern of the route.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: BODY_LIMIT_BYTES,
    // One hop: what stands before it in the header was written by the client.
    trustProxy: options.isBehindProxy === true ? (_address, hop) => hop === 0 : false,
    connectionTimeout: IDLE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A HEAD for a stream would open a stream that nobody can read.
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAM_CHARS },
    schemaController: { compilersFactory: { buildValidator: neverAsked, buildSerializer: neverAsked } },
    rewriteUrl: ({ url = '/' }) => options.repairUrl?.(url) ?? url,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, _request, reply) => {
      const problem = toProblem(error, options.translateError) ?? notFound();
      setSecurityHeaders(reply.raw, options.tls !== null);
      sendProblem(reply, problem);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  watchRequests(app.server);
  // A form of another site can send text/plain without asking first: a body is JSON and says so, or it is refused.
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(compileValidator);
  // Schemas of answers document them. Snapshots hold arbitrary JSON, which a schema-driven serializer would trim.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  void app.register(cookie);

  app.addHook('onRequest', async (request, reply) => {
    // A socket that has closed knows it no more, and what its client asked for is done and written down all the same.
    Object.defineProperty(request, 'ip', { value: request.ip });
    setSecurityHeaders(reply.raw, options.tls !== null);
    // Node takes the first of two; a proxy in front may have taken the second.
    if (countHosts(request.raw.rawHeaders) > 1) throw clientProblem(undefined);
    if (!options.allowsHost(request.headers.host)) {
      throw new ProblemError(
        421,
        'host_not_allowed',
        'This server is not known by the name in the Host header. Use localhost, or add the name to allowedHosts.',
      );
    }
    // Here, since the handler below is asked once the body is read: anybody could have it held.
    if (request.is404) throw notFound();
  });
  app.addHook('onResponse', (request, reply, done) => {
    request.log.debug(
      {
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
    done();
  });
  app.setNotFoundHandler(() => {
    throw notFound();
  });
  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error, options.translateError);
    if (problem === null || problem.status >= 500) {
      request.log.error(
        { err: error, route: request.routeOptions.url, method: request.method },
        'request failed',
      );
    }
    return sendProblem(reply, problem ?? internalError(request.id));
  });
  return app;
}

/** In place of the compilers of the framework, which it would load before it is told of ours. */
function neverAsked(): never {
  throw new Error('A schema was compiled before there was a compiler.');
}

function countHosts(rawHeaders: readonly string[]): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts;
}

/** Answers what is not HTTP, or comes too slowly, and hangs up. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable) {
    const problem = clientProblem(error.code);
    const body = encodeProblem(problem);
    socket.write(
      `HTTP/1.1 ${problem.status} ${problem.code}\r\nContent-Type: application/problem+json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroy();
}

function clientProblem(code: string | undefined): ProblemError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ProblemError(408, 'request_timeout', 'The request did not arrive in time.');
    case 'HPE_HEADER_OVERFLOW':
      return new ProblemError(431, 'headers_too_large', 'The headers are larger than this server accepts.');
    default:
      return new ProblemError(400, 'bad_http', 'This is not a valid HTTP request.');
  }
}
