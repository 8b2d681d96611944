import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './app.ts';
import { notFound } from './request-problem.ts';

/** One file of the web app, held in memory. */
interface StaticFile {
  readonly body: Buffer;
  /** Null for what does not get smaller. */
  readonly gzipped: Buffer | null;
  readonly contentType: string;
  readonly etag: string;
  readonly cacheControl: string;
}

/** URL path to file. The only thing that a request path is ever looked up in: it never reaches the file system. */
type Manifest = ReadonlyMap<string, StaticFile>;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
const COMPRESSIBLE = /^(?:text\/|application\/|image\/svg)/;
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Names that the bundler derived from their content. */
const HASHED_FILE = /^\/assets\/.+-[\w-]{8,}\.\w+$/;
/** Paths that belong to programs: an unknown one is never answered with a page. */
const RESERVED = /^\/(?:api|sdk|v1|assets)(?:\/|$)/;
/** Only a probe for files outside a folder has these in its path. */
const SUSPICIOUS = /\.\.|\\|%2e%2e|%5c|%00/i;
const NOT_BUILT =
  'dashboard_not_built: the dashboard has not been built. Run `npm run build -w @stillframe/dashboard`, then start the server again.\n';

const gzipAsync = promisify(gzip);

/**
 * Serves the web app: its files by name, and its page for any other path that a browser navigates to.
 *
 * @param folder where the built app is; when it is missing every page says how to build it
 */
export async function registerStaticFiles(app: App, folder: string): Promise<void> {
  const manifest = await readManifest(folder);
  app.get('/*', { exposeHeadRoute: true }, (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const file = manifest.get(path);
    if (file !== undefined) return sendFile(request, reply, file);
    if (RESERVED.test(path) || SUSPICIOUS.test(path) || !wantsPage(request)) throw notFound();
    const page = manifest.get('/index.html');
    if (page !== undefined) return sendFile(request, reply, page);
    return reply
      .code(503)
      .type('text/plain; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(NOT_BUILT);
  });
}

/** A navigation, or a program that takes anything; not the icon or image that a browser looks for by itself. */
function wantsPage(request: FastifyRequest): boolean {
  const accept = request.headers.accept ?? '*/*';
  return accept === '*/*' || accept.includes('text/html');
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: StaticFile): FastifyReply {
  reply
    .header('etag', file.etag)
    .header('cache-control', file.cacheControl)
    .header('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  reply.type(file.contentType);
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(
    request.headers['accept-encoding'] ?? '',
  );
  return file.gzipped !== null && takesGzip
    ? reply.header('content-encoding', 'gzip').send(file.gzipped)
    : reply.send(file.body);
}

async function readManifest(folder: string): Promise<Manifest> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  // Symbolic links are not files here, so that nothing outside of the folder gets in.
  const files = entries.filter((entry) => entry.isFile() && CONTENT_TYPES[extname(entry.name)] !== undefined);
  return new Map(
    await Promise.all(
      files.map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        const path = `/${relative(folder, file).split(sep).join('/')}`;
        return [path, await readStaticFile(path, file)] as const;
      }),
    ),
  );
}

async function readStaticFile(path: string, file: string): Promise<StaticFile> {
  const body = await readFile(file);
  const contentType = CONTENT_TYPES[extname(path)] ?? 'application/octet-stream';
  return {
    body,
    gzipped: COMPRESSIBLE.test(contentType) ? await gzipAsync(body, { level: 9 }) : null,
    contentType,
    etag: `"${createHash('sha256').update(body).digest('base64url')}"`,
    cacheControl: HASHED_FILE.test(path) ? IMMUTABLE : 'no-cache',
  };
}
