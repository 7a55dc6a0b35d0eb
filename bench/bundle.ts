import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { serverBundle, serverEntryPoints } from '../scripts/lib/server-bundle.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** The programs as they run in production: bundled. */
export interface Bundle {
  server: string;
  /** The simulated camera with the benchmark's card. */
  camera: string;
  /** What the benchmark of listings does, for its own process. */
  listingWork: string;
  /** The same of the ledger. */
  ledgerWork: string;
  /** Scans in a process of their own. */
  scanWork: string;
  webRoot: string;
}

/** Builds server and camera with the options of scripts/build.mjs into `folder`, beside the web app. */
export async function bundlePrograms(folder: string): Promise<Bundle> {
  const dist = join(folder, 'dist');
  await mkdir(dist, { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  await build({
    absWorkingDir: root,
    ...serverBundle,
    entryPoints: {
      ...serverEntryPoints,
      // Beside the thread that it starts.
      'server/scan-work': 'bench/scan-work.ts',
      'bench/camera': 'bench/camera-process.ts',
      'bench/listing-work': 'bench/listing-work.ts',
      'bench/ledger-work': 'bench/ledger-work.ts',
    },
    outdir: dist,
    define: { VIOFOSYNC_VERSION: JSON.stringify('bench') },
  });
  const webRoot = await builtWebApp(folder);
  await symlink(webRoot, join(dist, 'web'), 'dir');
  return {
    server: join(dist, 'server', 'main.js'),
    camera: join(dist, 'bench', 'camera.js'),
    listingWork: join(dist, 'bench', 'listing-work.js'),
    ledgerWork: join(dist, 'bench', 'ledger-work.js'),
    scanWork: join(dist, 'server', 'scan-work.js'),
    webRoot,
  };
}

/** `dist/web` where it was built already, else a build of our own. */
async function builtWebApp(folder: string): Promise<string> {
  const built = join(root, 'dist', 'web');
  if (existsSync(join(built, 'index.html'))) return built;
  const outDir = join(folder, 'web');
  const vite = await import('vite');
  await vite.build({
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
  });
  return outDir;
}
