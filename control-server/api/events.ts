import { Type } from 'typebox';
import type { App } from '../http/app.ts';
import { signedIn } from './access.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answers } from './problem-answers.ts';

/** `GET /api/events`: hints to a dashboard that something changed. */
export function registerEvents(api: App, { live, now }: ApiDependencies): void {
  api.get('/events', {
    config: { access: 'viewer' },
    schema: {
      tags: ['events'],
      summary: 'Server-sent events: what changed and is to be fetched again; a heartbeat every 15 s',
      response: answers({
        200: {
          description: 'Each event is named by its topic; its data is one JSON hint',
          content: { 'text/event-stream': { schema: Type.String() } },
        },
      }),
    },
    handler: (request, reply) => {
      const { tokenId, sessionId, expiresAt } = signedIn(request);
      reply.hijack();
      if (sessionId !== null && expiresAt !== null) {
        // A stream must not outlive the session that opened it.
        const ends = setTimeout(() => live.endSession(sessionId), Date.parse(expiresAt) - now());
        ends.unref();
        // Not of the response, which the stream may let go of while it is open.
        request.raw.socket.on('close', () => clearTimeout(ends));
      }
      const owner = tokenId === null ? sessionId : `token:${tokenId}`;
      live.openDashboardStream(owner, request.raw, reply.raw);
    },
  });
}
