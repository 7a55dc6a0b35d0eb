import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The program as its own process, as a user runs it, and what can be done to it from outside. */
export interface ServerProcess {
  url: string;
  /** Lines of its log, parsed. */
  log: Record<string, unknown>[];
  /** Ends it without any warning, as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to end; resolves with its exit code (null when a signal ended it). */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface ServerOptions {
  configDir: string;
  recordings: string;
  camera?: string;
}

/** Starts the program and resolves when its page answers. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const child = run(options.camera === undefined ? [] : ['--camera', options.camera], {
    CONFIG_DIR: options.configDir,
    RECORDINGS: options.recordings,
    WEB_PORT: '0',
    LOG_FORMAT: 'json',
    TZ: 'Europe/London',
  });
  const exited = once(child, 'exit');
  const log: Record<string, unknown>[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the program ended with ${code}: ${JSON.stringify(log)}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      log.push(JSON.parse(line) as Record<string, unknown>);
      const { url } = log.at(-1) as { url?: string };
      if (url !== undefined) resolve(url);
    });
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  };
  return { url, log, end, kill: async () => void (await end('SIGKILL')) };
}

/** Runs the program to its end. */
export async function runToEnd(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = run(args, env);
  const [stdout, stderr]: [string[], string[]] = [[], []];
  child.stdout!.on('data', (chunk: Buffer) => stdout.push(chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => stderr.push(chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

function run(args: string[], env: Record<string, string>): ChildProcess {
  const { PATH = '', HOME = '/root' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/server/main.ts', ...args], {
    cwd: root,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
