import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { UserConfig } from 'vite';

const controlServer = 'http://127.0.0.1:7070';

const config: UserConfig = defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    // The Content-Security-Policy allows neither inline scripts nor data: fonts and styles.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // First versions with light-dark(), which the colour tokens are written in.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    cssTarget: ['chrome123', 'firefox128', 'safari17.5'],
  },
  server: {
    proxy: {
      '/api': {
        target: controlServer,
        changeOrigin: true,
        // The server accepts changes only from its own origin.
        configure: (proxy) => {
          proxy.on('proxyReq', (request) => {
            if (request.getHeader('origin') !== undefined) request.setHeader('origin', controlServer);
          });
        },
      },
    },
  },
});

export default config;
