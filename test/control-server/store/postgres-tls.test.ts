import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createPostgresStore } from '../../../control-server/store/postgres-store.ts';
import { startPostgres } from '../../helpers/postgres-cluster.ts';
import { query } from '../../helpers/postgres-database.ts';
import { createSelfSignedCertificate } from '../../helpers/self-signed-certificate.ts';
import { until } from '../../helpers/until.ts';

test('the URL says whether the connection is encrypted, and whose certificate is believed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const cluster = await startPostgres();
  onTestFinished(() => cluster.end());
  const { cert, key } = createSelfSignedCertificate();
  const root = join(folder, 'root.crt');
  writeFileSync(root, cert);
  await writeServerFile(cluster.url, 'server.crt', cert);
  await writeServerFile(cluster.url, 'server.key', key);
  await query(cluster.url, 'ALTER SYSTEM SET ssl = on');
  await query(cluster.url, 'SELECT pg_reload_conf()');
  await until('TLS', async () => (await query(cluster.url, 'SHOW ssl'))[0]?.['ssl'] === 'on');

  const believing = await createPostgresStore({
    url: `${cluster.url}?sslmode=verify-full&sslrootcert=${root}`,
  });
  onTestFinished(() => believing.close());
  expect(await believing.ping()).toBe(true);
  const encrypted = await query(
    cluster.url,
    `SELECT bool_and(ssl) AS all_encrypted FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
     WHERE application_name = 'stillframe'`,
  );
  expect(encrypted).toEqual([{ all_encrypted: true }]);
  await expect(createPostgresStore({ url: `${cluster.url}?sslmode=verify-full` })).rejects.toMatchObject({
    code: 'store_failed',
    cause: { message: expect.stringContaining('SELF_SIGNED') },
  });
});

/** As the user that PostgreSQL runs as, who alone may read a key. */
async function writeServerFile(url: string, name: string, text: string): Promise<void> {
  await query(
    url,
    `COPY (SELECT unnest(string_to_array('${text.trim()}', E'\\n')))
     TO PROGRAM 'umask 077 && cat > ${name}'`,
  );
}
