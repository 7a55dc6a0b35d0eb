import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

export const isRoot = process.getuid?.() === 0;

/** Somebody who owns nothing here. */
export const stranger = 12_345;

/** What the program that stands in for the server says about itself. */
export interface Started {
  pid: number;
  uid: number;
  gid: number;
  groups: number[];
  umask: string;
  args: string[];
  nodeFlags: string[];
  env: Record<string, string>;
  noNewPrivileges: boolean;
  capabilities: string;
}

const standIn = `
const status = require('node:fs').readFileSync('/proc/self/status', 'utf8');
const line = (name) => new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm').exec(status)[1];
process.on('SIGTERM', () => process.exit(7));
console.log(JSON.stringify({
  pid: process.pid, uid: process.geteuid(), gid: process.getegid(), groups: process.getgroups(),
  umask: process.umask().toString(8).padStart(3, '0'), args: process.argv.slice(2), nodeFlags: process.execArgv,
  env: process.env, noNewPrivileges: line('NoNewPrivs') === '1', capabilities: line('CapEff'),
}));
if (process.env.STAYS) setInterval(() => {}, 1000);
`;

/** The container's file system as far as its entrypoint looks at it, below a folder of ours. */
export interface FakeContainer {
  path(...parts: string[]): string;
  entrypoint: string;
  /** Makes a file; what it should contain, and whose it is. */
  put(path: string, content: string, owner?: { uid: number; gid: number }): Promise<void>;
  /** Says which folders are volumes. */
  mount(...points: string[]): Promise<void>;
  give(path: string, uid: number, gid: number): Promise<void>;
}

/** A container as it should be: both volumes mounted and writable for everybody. */
export async function makeContainer(): Promise<FakeContainer> {
  const root = await mkdtemp(join(tmpdir(), 'viofosync-container-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await chmod(root, 0o755);
  const path = (...parts: string[]): string => join(root, ...parts);
  const put: FakeContainer['put'] = async (file, content, owner) => {
    await mkdir(dirname(path(file)), { recursive: true });
    await writeFile(path(file), content);
    if (owner) await chown(path(file), owner.uid, owner.gid);
  };
  const mount = async (...points: string[]): Promise<void> => {
    const lines = ['/', '/proc', ...points].map(
      (point, at) => `${20 + at} 1 0:${at} / ${point} rw - ext4 x rw`,
    );
    await put('proc/self/mountinfo', `${lines.join('\n')}\n`);
  };
  for (const folder of ['config', 'recordings']) {
    await mkdir(path(folder));
    await chmod(path(folder), 0o777);
  }
  await mount('/config', '/recordings');
  await put('usr/share/zoneinfo/Europe/London', '');
  await put('app/dist/server/main.js', standIn);
  await mkdir(path('app/docker'));
  await copyFile(join(repository, 'docker/entrypoint.sh'), path('app/docker/entrypoint.sh'));
  await writeLauncher(path('app/docker/serve.sh'));
  return {
    path,
    entrypoint: path('app/docker/entrypoint.sh'),
    put,
    mount,
    give: (file, uid, gid) => chown(path(file), uid, gid),
  };
}

/** Makes `serve.sh` as the Dockerfile does. */
export async function writeLauncher(path: string): Promise<void> {
  await writeFile(path, execFileSync(process.execPath, [join(repository, 'docker/print-launcher.mjs')]));
  await chmod(path, 0o755);
}

export interface StartOptions {
  args?: string[];
  env?: Record<string, string>;
  /** Options of `setpriv`: whom and what Docker lets the entrypoint begin as. */
  begins?: string[];
  /** A folder of programs that are found first. */
  programs?: string;
}

/** Starts the container's entrypoint. `TZ` is set unless the options say otherwise. */
export function start(container: FakeContainer, options: StartOptions = {}): ChildProcess {
  const { args = [], env = {}, begins = [], programs } = options;
  const node = dirname(process.execPath);
  const command = [...(begins.length > 0 ? ['setpriv', ...begins] : []), container.entrypoint, ...args];
  const child = spawn(command[0]!, command.slice(1), {
    env: {
      PATH: [...(programs ? [programs] : []), node, '/usr/bin', '/bin'].join(':'),
      HOME: '/nobody-has-this',
      TZ: 'Europe/London',
      VIOFOSYNC_ROOT: container.path(),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

export interface Ended {
  pid: number;
  code: number | null;
  /** Null when the program was not started. */
  started: Started | null;
  /** What the entrypoint said, line by line. */
  said: string[];
}

/** Runs the container to its end, that of its last background check included. */
export async function run(container: FakeContainer, options: StartOptions = {}): Promise<Ended> {
  const child = start(container, options);
  const [out, said]: [string[], string[]] = [[], []];
  createInterface({ input: child.stdout! }).on('line', (line) => out.push(line));
  createInterface({ input: child.stderr! }).on('line', (line) => said.push(line));
  const [code] = (await once(child, 'close')) as [number | null];
  const started = out[0] === undefined ? null : (JSON.parse(out[0]) as Started);
  return { pid: child.pid!, code, started, said };
}

/** As `docker run --user` begins: somebody without any power, or whoever runs the tests when that is not root. */
export const asUser = isRoot
  ? [`--reuid=${stranger}`, `--regid=${stranger}`, '--clear-groups', '--bounding-set=-all', '--inh-caps=-all']
  : [];
