/** `npm run dev [-- --demo]`: the server restarts and the page reloads when a source changes. */
import { Children } from './lib/children.mjs';
import { demoEnvironment, startDemoCamera } from './lib/demo.mjs';
import { ensureDependencies, inRoot, requireNode } from './lib/prepare.mjs';

requireNode();
ensureDependencies();
// Not before the packages are there: it needs two of them.
const { ensureGazetteer } = await import('./build-gazetteer.mjs');
ensureGazetteer();

const demo = process.argv.includes('--demo');
const children = new Children();
const tsx = inRoot('node_modules', 'tsx', 'dist', 'cli.mjs');
const address = demo ? await startDemoCamera(children, [tsx, inRoot('simulator', 'main.ts')]) : undefined;
children.start(
  'server',
  [tsx, 'watch', '--clear-screen=false', 'src/server/main.ts', ...(address ? ['--camera', address] : [])],
  {
    env: { ...(demo ? demoEnvironment() : process.env), VIOFOSYNC_DEV: '1' },
  },
);
children.start('page', [inRoot('node_modules', 'vite', 'bin', 'vite.js')]);
