import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** One planted violation for each rule: the file that breaks it and what it says. */
const violations: Record<string, Record<string, string>> = {
  'no-cycles': {
    'src/server/lib/a.ts': "import { b } from './b.ts';\nexport const a = () => b;",
    'src/server/lib/b.ts': "import { a } from './a.ts';\nexport const b = () => a;",
  },
  'shared-is-a-leaf': { 'src/shared/leaf.ts': "export { target } from '../server/lib/target.ts';" },
  'shared-imports-only-zod': { 'src/shared/npm.ts': "import 'fastify';" },
  'web-not-server': { 'src/web/page.ts': "export { target } from '../server/lib/target.ts';" },
  'server-not-web': { 'src/server/lib/web.ts': "export { target } from '../../web/target.ts';" },
  'product-not-simulator': {
    'src/server/lib/sim.ts': "export { target } from '../../../simulator/target.ts';",
  },
  'simulator-is-its-own-implementation': {
    'simulator/own.ts': "export { target } from '../src/shared/target.ts';",
  },
  'only-the-root-knows-all': { 'src/server/lib/root.ts': "export { target } from '../app.ts';" },
  'decisions-are-pure': {
    'src/server/sync/plan.ts': "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;",
  },
  'capabilities-know-types-only': {
    'src/server/sync/object.ts': "export { target } from '../archive/target.ts';",
  },
  'sqlite-only-in-db': { 'src/server/sync/sql.ts': "import 'better-sqlite3';" },
  'processes-only-in-run-process': {
    'src/server/lib/shell.ts': "import { exec } from 'node:child_process';\nexport const x = exec;",
  },
  'http-only-in-routes': { 'src/server/sync/web.ts': "import 'fastify';" },
  'camera-http-only-in-camera': {
    'src/server/sync/net.ts': "import { get } from 'node:http';\nexport const x = get;",
  },
  'no-test-code-in-the-product': { 'src/server/lib/prod.ts': "import 'vitest';" },
};

/** What the planted files may import, and nothing that breaks a rule. */
const clean: Record<string, string> = {
  'src/server/app.ts': 'export const target = 1;',
  'src/server/lib/target.ts': 'export const target = 1;',
  'src/server/archive/target.ts': 'export const target = 1;\nexport interface Shape { a: string }',
  'src/server/sync/types-only.ts':
    "import type { Shape } from '../archive/target.ts';\nexport const x = (s: Shape) => s.a;",
  'src/shared/target.ts': "import { z } from 'zod';\nexport const target = z;",
  'src/web/target.ts': "export { target } from '../shared/target.ts';",
  'simulator/target.ts': 'export const target = 1;',
};

async function brokenRules(files: Record<string, string>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'viofosync-rules-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
    await cp(join(root, name), join(folder, name));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, 'src', 'simulator', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 }, (_error, stdout) =>
      resolve(stdout),
    );
  });
  const { summary } = JSON.parse(output) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(summary.violations.map((violation) => violation.rule.name))].toSorted();
}

test('a tree that keeps the rules passes', async () => {
  expect(await brokenRules(clean)).toEqual([]);
});

test('a planted violation of each rule is found by that rule', async () => {
  const planted = Object.assign({}, clean, ...Object.values(violations)) as Record<string, string>;
  expect(await brokenRules(planted)).toEqual(Object.keys(violations).toSorted());
});
