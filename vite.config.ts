import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { chunkGroups } from './scripts/chunk-groups.mjs';
import { worldOutlinePlugin } from './scripts/build-map-outline.mjs';
import { workerPlugin } from './scripts/build-worker.mjs';
import { precompressPlugin } from './scripts/precompress.mjs';
import { slimSharedPlugin } from './scripts/slim-shared.mjs';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const target = process.env['VIOFOSYNC_DEV_TARGET'] ?? 'http://127.0.0.1:8080';

/** Builds src/web into dist/web; in development serves it on 5173 and passes /api to a running server. */
export default defineConfig({
  // Vitest reads this file too, and its tests are all over the repository.
  root: process.env['VITEST'] ? here('.') : here('src/web'),
  plugins: [react(), slimSharedPlugin(), worldOutlinePlugin(), workerPlugin(here('.')), precompressPlugin()],
  build: {
    outDir: here('dist/web'),
    emptyOutDir: true,
    // The map library alone is 1.1 MB; it is fetched when a map is shown.
    chunkSizeWarningLimit: 1200,
    target: ['chrome111', 'firefox114', 'safari16.4'],
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: chunkGroups(here('.').replace(/\/$/, '')),
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    // A pattern, for the prefix `/api` would take the module /api.ts as well.
    proxy: { '^/api/': { target, ws: true } },
  },
});
