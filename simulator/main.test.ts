import { build } from 'esbuild';
import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { parseBytes } from './cli-options.ts';

let folder: string;
let bundle: string;

/** As dist/simulator/main.js is made: one file, node_modules included. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  bundle = join(folder, 'main.js');
  await build({
    entryPoints: [join(import.meta.dirname, 'main.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
});
afterAll(() => rm(folder, { recursive: true }));

function run(...options: string[]) {
  const args = [bundle, '--port', '0', '--days', '0', '--json', ...options];
  return execa('node', args, { cwd: folder, reject: false, stdin: 'pipe' });
}

const firstLine = z.strictObject({ address: z.string(), control: z.url() });

async function addresses({ stdout }: { stdout: Readable }) {
  let text = '';
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return firstLine.parse(JSON.parse(text.slice(0, text.indexOf('\n'))));
}

test('the bundle prints its addresses first, answers, and ends with 0 on SIGTERM', async () => {
  const child = run(
    '--channels',
    '1',
    '--name-layout',
    'compact',
    '--rate',
    '8MB',
    '--firmware',
    'A119 MINI_V1',
  );
  const { address, control } = await addresses(child);
  const firmware = await fetch(`http://${address}/?custom=1&cmd=3012`).then((reply) => reply.text());
  expect(firmware).toContain('<String>A119 MINI_V1</String>');
  const state: unknown = await fetch(control).then((reply) => reply.json());
  expect(state).toMatchObject({ address, faults: { bytesPerSecond: 8_000_000 } });
  child.kill('SIGTERM');
  expect((await child).exitCode).toBe(0);
});

test('with --exit-with-parent it ends when its standard input closes', async () => {
  const child = run('--exit-with-parent');
  await addresses(child);
  child.stdin.end();
  expect((await child).exitCode).toBe(0);
});

test('a wrong option is explained', async () => {
  const { exitCode, stderr } = await run('--name-layout', 'fancy');
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('multi')]);
});

test('sizes are read with and without units', () => {
  expect(['8MB', '8 MiB', '500kb', '1048576', '1.5GB/s'].map(parseBytes)).toEqual([
    8_000_000, 8_388_608, 500_000, 1_048_576, 1_500_000_000,
  ]);
  for (const text of ['', 'MB', '-1', '0', '5 parsecs'])
    expect(() => parseBytes(text)).toThrow(/Expected a size/);
});
