import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createControlServer } from '../../control-server/index.ts';
import { describeControlServerContract } from '../helpers/control-server-contract.ts';

describeControlServerContract('the real control server', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'stillframe-contract-'));
  const server = await createControlServer({ dataFolder, port: 0, logLevel: 'silent' });
  const { secret } = await server.createKey({ name: 'contract', environment: 'default' });
  return {
    url: server.url,
    apiKey: secret,
    async close() {
      await server.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
});
