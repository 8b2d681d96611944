import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import type { ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A second, the default, is nothing on a machine that is busy with the rest of the suite.
    expect: { poll: { timeout: 30_000 } },
    // The tests mostly wait for servers, processes and disks: one more than there are cores keeps two cores busy.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'agent',
          include: ['test/**/*.test.ts'],
          exclude: ['test/control-server/**', 'test/e2e/**', 'test/project/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'server',
          include: ['test/control-server/**/*.test.ts'],
          globalSetup: ['test/helpers/postgres-setup.ts'],
          // Each test has a store with a thread of its own, and each thread would compile the same eighty files again.
          env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'tests') },
        },
      },
      { extends: true, test: { name: 'project', include: ['test/project/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/helpers/postgres-setup.ts'],
        },
      },
    ],
  },
});

export default config;
