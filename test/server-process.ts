import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** `npm test` has just built it, and a build starts in a quarter of the time; else it runs from the sources. */
const program =
  process.env['VIOFOSYNC_TEST_BUILD'] === '1'
    ? ['dist/server/main.js']
    : ['--import', 'tsx', 'src/server/main.ts'];
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

const environmentOf = (options: ServerOptions) => ({
  CONFIG_DIR: options.configDir,
  RECORDINGS: options.recordings,
  WEB_PORT: '0',
  LOG_FORMAT: 'json',
  TZ: 'Europe/London',
});

/** Starts the program and resolves when its database is open. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const child = run(options.camera === undefined ? [] : ['--camera', options.camera], environmentOf(options));
  const exited = once(child, 'exit');
  const log: Record<string, unknown>[] = [];
  let listening: string | undefined;
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the program ended with ${code}: ${JSON.stringify(log)}`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      log.push(JSON.parse(line) as Record<string, unknown>);
      const entry = log.at(-1) as { url?: string; ready?: boolean };
      listening ??= entry.url;
      if (entry.ready && listening !== undefined) resolve(listening);
    });
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  };
  return { url, log, end, kill: async () => void (await end('SIGKILL')) };
}

/** Starts the program and ends it, as a power cut would, as soon as its log has such a line. */
export async function killAtLine(options: ServerOptions, line: RegExp): Promise<void> {
  const child = run([], environmentOf(options));
  const exited = once(child, 'exit');
  createInterface({ input: child.stdout! }).on('line', (text) => {
    // A step that an earlier start has made leaves no line: the program is ended when it is up.
    if (line.test(text) || text.includes('"ready":true')) child.kill('SIGKILL');
  });
  await exited;
}

/** How a run of the program ended, and what it printed. */
export interface RunOutcome {
  /** Null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the program to its end. */
export function runToEnd(args: string[], env: Record<string, string>): Promise<RunOutcome> {
  return beginRun(args, env).ended;
}

/** Begins a run of the program that ends by itself, or by a signal. */
export function beginRun(
  args: string[],
  env: Record<string, string>,
): { ended: Promise<RunOutcome>; end(signal: NodeJS.Signals): Promise<RunOutcome> } {
  const child = run(args, env);
  const [stdout, stderr]: [string[], string[]] = [[], []];
  child.stdout!.on('data', (chunk: Buffer) => stdout.push(chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => stderr.push(chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    stdout: stdout.join(''),
    stderr: stderr.join(''),
  }));
  return {
    ended,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

function run(args: string[], env: Record<string, string>): ChildProcess {
  const { PATH = '', HOME = '/root' } = process.env;
  const child = spawn(process.execPath, [...program, ...args], {
    cwd: root,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
