/** `npm run check`: format, lint with its caps, types, dependency rules, the printed API. Names everything that fails. */
import { spawnSync } from 'node:child_process';
import { ensureDependencies, inRoot, requireNode, root } from './lib/prepare.mjs';

requireNode();
ensureDependencies();

const bin = (name) => inRoot('node_modules', '.bin', name);
/** @type {[name: string, program: string, args: string[]][]} */
const checks = [
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['lint', bin('oxlint'), ['--type-aware', '--deny-warnings']],
  ['types', bin('tsc'), ['--noEmit', '-p', '.']],
  [
    'dependency rules',
    bin('depcruise'),
    ['src', 'simulator', 'test', 'e2e', 'bench', '--config', '.dependency-cruiser.cjs'],
  ],
  ['docs/openapi.json', bin('tsx'), ['scripts/print-openapi.ts', '--check']],
];

const failed = checks.filter(([name, file, args]) => {
  const { status } = spawnSync(file, args, { cwd: root, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${name}`);
  return status !== 0;
});
if (failed.length > 0) console.error(`check failed: ${failed.map(([name]) => name).join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
