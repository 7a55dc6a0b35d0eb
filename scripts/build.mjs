/**
 * Builds dist/server with the names of towns beside it, dist/simulator (esbuild; native packages stay in node_modules) and
 * dist/web (Vite).
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { buildGazetteer } from './build-gazetteer.mjs';
import { inRoot } from './lib/prepare.mjs';
import { serverBundle, serverEntryPoints } from './lib/server-bundle.mjs';

const { version } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));

rmSync(inRoot('dist'), { recursive: true, force: true });
await Promise.all([
  esbuild({
    absWorkingDir: inRoot(),
    ...serverBundle,
    entryPoints: { ...serverEntryPoints, 'simulator/main': 'simulator/main.ts' },
    outdir: 'dist',
    define: { VIOFOSYNC_VERSION: JSON.stringify(version) },
  }),
  vite({ configFile: inRoot('vite.config.ts'), logLevel: 'warn' }),
]);
buildGazetteer(inRoot('dist', 'server', 'gazetteer.bin'));
mkdirSync(inRoot('dist'), { recursive: true });
writeFileSync(inRoot('dist', '.built'), version);
