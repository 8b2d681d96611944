import { Type } from 'typebox';
import type { App } from '../http/app.ts';
import { record } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answers } from './problem-answers.ts';

/** `POST /api/backup`: everything that the server keeps, as one file. */
export function registerBackup(api: App, { makeBackup }: ApiDependencies): void {
  api.post('/backup', {
    config: { access: 'admin' },
    schema: {
      tags: ['server'],
      summary: 'A copy of everything, as a file: it holds captured values and hashes of passwords',
      response: answers(
        { 200: Type.String({ description: 'A SQLite database' }) },
        {
          409: 'The database has tools of its own (`backup_not_supported`), or a backup is under way (`backup_running`)',
        },
      ),
    },
    handler: async (request, reply) => {
      // The copy of a large store takes longer than a connection may be silent.
      request.raw.socket.setTimeout(0);
      await record(request, 'backup.create', 'backup');
      const { sizeBytes, bytes } = await makeBackup();
      reply.raw.once('close', () => bytes.destroy());
      // Who asked may be gone by now.
      if (reply.raw.closed) {
        bytes.destroy();
        return reply;
      }
      return reply
        .type('application/vnd.sqlite3')
        .header('content-length', sizeBytes)
        .header('content-disposition', 'attachment; filename="stillframe-backup.db"')
        .send(bytes);
    },
  });
}
