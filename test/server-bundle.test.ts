import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { nativePackages, serverBundle, serverEntryPoints } from '../scripts/lib/server-bundle.mjs';
import { serverEnvironment, serverNodeFlags } from '../scripts/lib/server-launch.mjs';
import { createServer } from '../src/server/http/server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'viofosync-bundle-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('the built server needs nothing but Node and the native packages, and is written in ASCII alone', async () => {
  const outdir = await makeFolder();
  const { metafile } = await build({
    absWorkingDir: root,
    ...serverBundle,
    entryPoints: serverEntryPoints,
    outdir,
    sourcemap: false,
  });
  const outputs = Object.values(metafile?.outputs ?? {});
  const imported = outputs.flatMap(({ imports }) => imports.filter(({ external }) => external));
  const packages = new Set(imported.map(({ path }) => path).filter((path) => !isOfNode(path)));
  expect([...packages].filter((name) => !optional.includes(name)).toSorted()).toEqual(
    nativePackages.toSorted(),
  );
  for (const name of Object.keys(serverEntryPoints))
    expect((await readFile(join(outdir, `${name}.js`))).every((byte) => byte < 128)).toBe(true);
});

/** What `ws` would take where it is installed, and does without. */
const optional = ['bufferutil', 'utf-8-validate'];
const isOfNode = (path: string) => path.startsWith('node:') || builtinModules.includes(path);

test('a regular expression of letters that are not ASCII still means the same in the bundle', async () => {
  const outdir = await makeFolder();
  await build({
    ...serverBundle,
    stdin: { contents: 'export const edge = /^[’…]+[🚗]$/u; export const text = "é";', loader: 'ts' },
    outfile: join(outdir, 'edge.js'),
    sourcemap: false,
  });
  const { edge, text } = (await import(pathToFileURL(join(outdir, 'edge.js')).href)) as {
    edge: RegExp;
    text: string;
  };
  expect([edge.test('’…🚗'), edge.test('u2019'), text]).toEqual([true, false, 'é']);
});

test('this Node knows the flags that the server is started with', async () => {
  const script = 'console.log(require("node:v8").getHeapStatistics().heap_size_limit > 0)';
  const { stdout } = await promisify(execFile)(process.execPath, [...serverNodeFlags, '-e', script], {
    env: { ...process.env, ...serverEnvironment },
  });
  expect(stdout.trim()).toBe('true');
});

test('the server loads no compilers of JSON schemas, which it has no use for', async () => {
  const app = await createServer({
    webRoot: await makeFolder(),
    isDevelopment: false,
    isStarting: false,
    gate: { check: () => Promise.reject(new Error('nobody asks')) },
    log: pino({ level: 'silent' }),
  });
  onTestFinished(() => app.close());
  await app.ready();
  const loaded = Object.keys(createRequire(import.meta.url).cache);
  expect(loaded.some((path) => path.includes('/node_modules/fastify/'))).toBe(true);
  expect(loaded.filter((path) => /\/(?:ajv-compiler|fast-json-stringify-compiler)\//.test(path))).toEqual([]);
});
