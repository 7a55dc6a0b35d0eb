/** `npm run screens [-- --only archive --lang de]`: prepares what the pictures need, and takes them. */
import { spawnSync } from 'node:child_process';
import { ensureBuild, ensureDependencies, inRoot, requireNode, root } from './lib/prepare.mjs';

requireNode();
ensureDependencies();
ensureBuild();
const tsx = inRoot('node_modules', 'tsx', 'dist', 'cli.mjs');
const args = [tsx, inRoot('e2e', 'screens.ts'), ...process.argv.slice(2)];
process.exit(spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1);
