import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { access, chmod, chown, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { copiesOf, environmentOf, readDockerfile } from './dockerfile.ts';
import { isRoot, repository, stranger, writeLauncher } from './fake-container.ts';

const run = promisify(execFile);

/** What a container has: nothing of npm's, of vitest's or of this repository's. */
const bareEnvironment = {
  PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
  HOME: process.env['HOME'] ?? '/root',
};

const { stages } = await readDockerfile();
const image = stages.at(-1)!;
const native = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node';

let folder: string;
let app: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viofosync-production-'));
  await chmod(folder, 0o755);
  app = join(folder, 'app');
  await installPackages();
  await fillAsTheImage();
}, 110_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * The Dockerfile's stage `packages`, but for the minute of compiling: the native module is the one that this
 * repository's own installation compiled.
 */
async function installPackages(): Promise<void> {
  const stage = stages.find(([from]) => from?.text.endsWith(' AS packages') === true)!;
  await copyFromRepository(stage);
  const install = [
    'install',
    '--omit=dev',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--prefer-offline',
  ];
  await run('npm', install, { cwd: app, env: bareEnvironment });
  await mkdir(join(app, dirname(native)), { recursive: true });
  await cp(join(repository, native), join(app, native));
}

/** What the last stage copies, and nothing more. */
async function fillAsTheImage(): Promise<void> {
  if (!existsSync(join(repository, 'dist/server/main.js')))
    await run(process.execPath, ['scripts/build.mjs'], { cwd: repository });
  await copyFromRepository(image);
  const built = copiesOf(image).filter(({ from }) => from === 'build');
  for (const { sources, target } of built)
    for (const source of sources.map((path) => path.replace('/app/', ''))) {
      const to = join(app, target.endsWith('/') ? join(target, basename(source)) : target);
      if (source === 'docker/serve.sh') await writeLauncher(to);
      else await cp(join(repository, source), to, { recursive: true });
    }
}

async function copyFromRepository(stage: Parameters<typeof copiesOf>[0]): Promise<void> {
  for (const { sources, target } of copiesOf(stage).filter(({ from }) => from === null))
    for (const source of sources)
      await cp(join(repository, source), join(app, target, basename(source)), { recursive: true });
}

interface Running {
  child: ChildProcess;
  port: number;
}

/** Starts the container's entrypoint as the image does, on folders of its own and a free port. */
async function startContainer(): Promise<Running> {
  const [config, recordings] = [join(folder, 'config'), join(folder, 'recordings')];
  for (const volume of [config, recordings]) {
    await mkdir(volume, { recursive: true });
    if (isRoot) await chown(volume, stranger, stranger);
  }
  const child = spawn(join(app, 'docker/entrypoint.sh'), [], {
    cwd: app,
    env: {
      ...bareEnvironment,
      ...environmentOf(image),
      ...(isRoot ? { PUID: String(stranger), PGID: String(stranger) } : {}),
      CONFIG_DIR: config,
      RECORDINGS: recordings,
      TZ: 'Europe/London',
      WEB_PORT: '0',
      LOG_FORMAT: 'json',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${lines.join('\n')}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const url = /"url":"[a-z]+:\/\/[^"]*?:(\d+)/.exec(line);
      if (url) resolve(Number(url[1]));
    });
  });
  return { child, port };
}

test('every package that the server needs is there and runs, and none that only development needs', async () => {
  const { stdout } = await run(process.execPath, [join(app, 'docker/check-install.mjs')], {
    env: bareEnvironment,
  });
  expect(stdout).toMatch(/^SQLite \d/);
  const packages = await readdir(join(app, 'node_modules'));
  expect(packages).toContain('fastify');
  for (const name of ['typescript', 'vite', 'vitest', 'react', 'tsx', 'playwright-core', '@types'])
    expect(packages).not.toContain(name);
});

test('with these files alone the page and its health answer, and SIGTERM ends it well within 10 seconds', async () => {
  const { child, port } = await startContainer();
  const page = await fetch(`http://127.0.0.1:${port}/`);
  const html = await page.text();
  expect([page.status, html]).toEqual([200, expect.stringContaining('<title>')]);
  const [, script] = /<script[^>]+src="([^"]+)"/.exec(html)!;
  expect((await fetch(`http://127.0.0.1:${port}${script}`)).status).toBe(200);
  const health = (await (await fetch(`http://127.0.0.1:${port}/api/health`)).json()) as { status: string };
  expect(['ok', 'starting']).toContain(health.status);
  const checked = await run(process.execPath, [join(app, 'docker/health.mjs')], {
    env: { ...bareEnvironment, WEB_PORT: String(port) },
  });
  expect(checked.stdout).toMatch(/: (ok|starting)\n$/);
  // As Docker does it.
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  clearTimeout(patience);
});

test('what it wrote belongs to the user it was told to be', async () => {
  const owners = await run('find', [join(folder, 'config'), '-printf', '%U\\n'], { env: bareEnvironment });
  expect(new Set(owners.stdout.trim().split('\n'))).toEqual(
    new Set([String(isRoot ? stranger : process.getuid!())]),
  );
  await access(join(folder, 'config', 'viofosync.db'));
});

test('any other command of the program is an argument of the container', async () => {
  const { stdout } = await run(join(app, 'docker/entrypoint.sh'), ['--version'], {
    env: { ...bareEnvironment, ...environmentOf(image) },
  });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+/);
});
