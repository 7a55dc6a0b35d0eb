/**
 * Builds dist/server with the names of towns beside it, dist/simulator (esbuild; packages stay in node_modules) and
 * dist/web (Vite).
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { buildGazetteer } from './build-gazetteer.mjs';
import { inRoot } from './lib/prepare.mjs';

const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));

rmSync(inRoot('dist'), { recursive: true, force: true });
await Promise.all([
  esbuild({
    absWorkingDir: inRoot(),
    entryPoints: {
      'server/main': 'src/server/main.ts',
      'server/database-thread': 'src/server/db/database-thread.ts',
      'server/small-thread': 'src/server/db/small-thread.ts',
      'simulator/main': 'simulator/main.ts',
    },
    outdir: 'dist',
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    sourcemap: 'linked',
    define: { VIOFOSYNC_VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  }),
  vite({ configFile: inRoot('vite.config.ts'), logLevel: 'warn' }),
]);
buildGazetteer(inRoot('dist', 'server', 'gazetteer.bin'));
mkdirSync(inRoot('dist'), { recursive: true });
writeFileSync(inRoot('dist', '.built'), version);
