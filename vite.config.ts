import { defineConfig } from 'vite';
import type { UserConfig } from 'vite';

/**
 * The agent as it is published: a few files instead of a hundred and fifty. Finding and reading modules is most of what
 * an import costs, and a service waits for it; what opens the connection stays a file of its own, loaded later.
 */
const config: UserConfig = defineConfig({
  logLevel: 'warn',
  build: {
    ssr: true,
    target: 'node22',
    outDir: 'dist',
    // tsc writes the types to the same folder.
    emptyOutDir: false,
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      // What chunks share stands in one of their own, never among what an entry exports.
      preserveEntrySignatures: 'strict',
      input: {
        index: 'src/index.ts',
        register: 'src/register.ts',
        'scrub/index': 'src/scrub/index.ts',
        testing: 'src/testing.ts',
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
});

export default config;
