import { execa } from 'execa';

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
