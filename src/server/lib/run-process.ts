import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { sleep } from './abort.ts';

export interface ProcessResult {
  stdout: string;
  /** The last lines, for an error message. */
  stderrTail: string;
  exitCode: number;
}

const stderrTailBytes = 4000;

/** Runs a program with an argument array, never a shell. Rejects when it cannot be started, times out or is aborted. */
export async function runProcess(
  file: string,
  args: string[],
  options: { signal: AbortSignal; timeoutMs: number },
): Promise<ProcessResult> {
  const result = await execa(file, args, {
    cancelSignal: options.signal,
    timeout: options.timeoutMs,
    forceKillAfterDelay: 2000,
    reject: false,
    stdin: 'ignore',
  });
  if (result.isCanceled || result.timedOut || result.exitCode === undefined) {
    throw new Error(result.shortMessage, { cause: result });
  }
  return {
    stdout: result.stdout,
    stderrTail: result.stderr.slice(-stderrTailBytes),
    exitCode: result.exitCode,
  };
}

export interface WatchedOptions {
  /** Kills it, at once. */
  signal: AbortSignal;
  /** How much it gives way to other programs: 19 is to everybody. */
  niceness?: number;
  onOutput?: (text: string) => void;
  /** What it reads; an error of it kills the process, and `ended` rejects with an `InputError`. */
  input?: AsyncIterable<Uint8Array>;
}

/** What a process was to read failed; the cause says why. */
export class InputError extends Error {
  override name = 'InputError';
}

/** How a process ended: one of the first two is not null. */
export interface WatchedEnd {
  exitCode: number | null;
  killedBy: NodeJS.Signals | null;
  stderrTail: string;
}

/** One that was killed, and is held by a disk that does not answer, is not waited for any longer. */
const killGraceMs = 2000;
/** Its last words may come after its end; a child of its own may hold the pipe open for ever. */
const lastWordsMs = 500;

/** A program that is watched while it runs, and can be made to stand still. Its output is handed on, and not kept. */
export class WatchedProcess {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private inputError: InputError | null = null;
  private stderrTail = '';
  /** Rejects when it cannot be started, or with the signal's reason. */
  readonly ended: Promise<WatchedEnd>;

  constructor(file: string, args: readonly string[], options: WatchedOptions) {
    this.child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    // Of its first thread; it is set before there are others, which inherit it.
    if (options.niceness !== undefined) lower(this.child.pid, options.niceness);
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => options.onOutput?.(text));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderrTail = (this.stderrTail + text).slice(-stderrTailBytes);
    });
    this.child.on('error', () => undefined);
    void this.feed(options.input);
    this.ended = this.end(options.signal);
    this.ended.catch(() => undefined);
  }

  pause(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  /** A process that ends before it has read everything has what it needs. */
  private async feed(input: AsyncIterable<Uint8Array> | undefined): Promise<void> {
    const { stdin } = this.child;
    stdin.on('error', () => undefined);
    if (!input) return void stdin.end();
    const told = piecesOf(input, this.noteError.bind(this));
    await pipeline(Readable.from(told, { objectMode: false }), stdin).catch(() => undefined);
  }

  private noteError(error: unknown): void {
    this.inputError = new InputError('what was to be read could not be', { cause: error });
    this.child.kill('SIGKILL');
  }

  private async end(signal: AbortSignal): Promise<WatchedEnd> {
    const over = new AbortController();
    const until = { signal: over.signal };
    // Listened for from the beginning: the one may come with the other.
    const [gone, closed] = [once(this.child, 'exit', until), once(this.child, 'close', until)];
    closed.catch(() => undefined);
    try {
      await Promise.race([gone, this.killedAt(signal, over.signal)]);
      signal.throwIfAborted();
      await Promise.race([closed, sleep(lastWordsMs, over.signal)]);
      if (this.inputError) throw this.inputError;
      const { exitCode, signalCode: killedBy } = this.child;
      return { exitCode, killedBy, stderrTail: this.stderrTail };
    } finally {
      over.abort();
      this.child.stdin.destroy();
      this.child.stdout.destroy();
      this.child.stderr.destroy();
    }
  }

  /** Ends when it was killed and a moment went by; never, when nobody kills it. */
  private async killedAt(signal: AbortSignal, over: AbortSignal): Promise<void> {
    if (!signal.aborted) await once(signal, 'abort', { signal: over });
    this.child.kill('SIGKILL');
    await sleep(killGraceMs, over);
  }
}

function lower(pid: number | undefined, niceness: number): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended already, or this system has no such thing: it runs all the same.
  }
}

/** Only its own errors count: a pipe that breaks is thrown into it too. */
async function* piecesOf(
  input: AsyncIterable<Uint8Array>,
  onError: (error: unknown) => void,
): AsyncIterable<Uint8Array> {
  const pieces = input[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await pieces.next().catch((error: unknown) => {
        onError(error);
        return null;
      });
      if (!next || next.done === true) return;
      yield next.value;
    }
  } finally {
    await pieces.return?.();
  }
}
