import { fastify } from 'fastify';
import { createApp } from '../../../control-server/http/app.ts';
import type { App } from '../../../control-server/http/app.ts';
import { createHostAllowList } from '../../../control-server/http/host-allow-list.ts';

/** An app without routes, and what it logged. */
export function openApp(): { app: App; logged: () => string } {
  const lines: string[] = [];
  const { log } = fastify({
    logger: { level: 'warn', stream: { write: (line: string) => void lines.push(line) } },
  });
  const app = createApp({
    logger: log,
    allowsHost: createHostAllowList('127.0.0.1', []),
    tls: null,
    translateError: () => null,
  });
  return { app, logged: () => lines.join('') };
}
