import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { statusSchema, type Status } from '../src/shared/status.ts';
import { serverEnvironment, serverNodeFlags } from '../scripts/lib/server-launch.mjs';
import type { Bundle } from './bundle.ts';

export interface ServerOrder {
  bundle: Bundle;
  /** Holds `config` and `recordings`, which are made where they are missing. */
  folder: string;
  cameraAddress?: string;
  profileDir?: string | null;
  env?: Record<string, string>;
}

export interface MemoryUse {
  /** Resident bytes now, and the most there ever were. */
  residentBytes: number;
  peakBytes: number;
}

const running = new Set<ChildProcess>();
const startTimeoutMs = 30_000;

/** The product in a process of its own, as `npm start` runs it. */
export class ServerProcess {
  readonly url: string;
  readonly configDir: string;
  readonly recordings: string;
  readonly startedAt = performance.now();
  private readonly logPath: string;
  private readonly child: ChildProcess;

  private constructor(order: ServerOrder, port: number) {
    this.configDir = join(order.folder, 'config');
    this.recordings = join(order.folder, 'recordings');
    this.url = `http://127.0.0.1:${port}`;
    const { profileDir = null } = order;
    const profile = profileDir === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
    const camera = order.cameraAddress === undefined ? [] : ['--camera', order.cameraAddress];
    this.logPath = join(order.folder, 'server.log');
    const log = openSync(this.logPath, 'a');
    this.child = spawn(process.execPath, [...serverNodeFlags, ...profile, order.bundle.server, ...camera], {
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        ...serverEnvironment,
        CONFIG_DIR: this.configDir,
        RECORDINGS: this.recordings,
        WEB_PORT: String(port),
        TZ: 'Europe/London',
        FFMPEG_PATH: '/nonexistent/ffmpeg',
        ...order.env,
      },
    });
    closeSync(log);
    running.add(this.child);
    this.child.once('exit', () => running.delete(this.child));
  }

  /** Starts the process and returns at once; it does not answer yet. */
  static async launch(order: ServerOrder): Promise<ServerProcess> {
    await mkdir(join(order.folder, 'config'), { recursive: true });
    await mkdir(join(order.folder, 'recordings'), { recursive: true });
    return new ServerProcess(order, await freePort());
  }

  /** The same, once its database is open. */
  static async start(order: ServerOrder): Promise<ServerProcess> {
    const server = await ServerProcess.launch(order);
    await server.answers('/api/status');
    return server;
  }

  /** Milliseconds from the process's start to the first answer at `path`. */
  async answers(path: string): Promise<number> {
    while (performance.now() - this.startedAt < startTimeoutMs) {
      if (this.child.exitCode !== null) throw new Error(`the server ended with code ${this.child.exitCode}`);
      const response = await fetch(`${this.url}${path}`).catch(() => null);
      if (response?.ok) {
        await response.arrayBuffer();
        return performance.now() - this.startedAt;
      }
      await sleep(5);
    }
    throw new Error(`no answer at ${path} within ${startTimeoutMs / 1000} s`);
  }

  async status(): Promise<Status> {
    const response = await fetch(`${this.url}/api/status`);
    return statusSchema.parse(await response.json());
  }

  /** What the kernel says of the process. */
  memory(): MemoryUse {
    const text = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    const kilobytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    return { residentBytes: kilobytes('VmRSS') * 1024, peakBytes: kilobytes('VmHWM') * 1024 };
  }

  /** Processor seconds used so far. */
  cpuSeconds(): number {
    const text = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / clockTicks;
  }

  /** The last lines of its log. */
  logTail(lines: number): string {
    return readFileSync(this.logPath, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  }

  /** As Ctrl-C. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  /** As a power cut of the process. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}

/** Jiffies a second, the same on every Linux that Node runs on. */
const clockTicks = 100;

/** For the end of a run that was interrupted. */
export function killServers(): void {
  for (const child of running) child.kill('SIGKILL');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
