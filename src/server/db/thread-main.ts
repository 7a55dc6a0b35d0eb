import { parentPort, workerData } from 'node:worker_threads';
import { errnoOf, messageOf } from '../lib/errors.ts';
import type { DatabaseJob, JobProgress } from './database-jobs.ts';

type Runners = Partial<
  Record<DatabaseJob, (input: never, report: (progress: JobProgress) => void) => Promise<unknown>>
>;

/** Does the one job a thread was started for (run-job.ts), and says how it ended. */
export async function runThread(runners: Runners): Promise<void> {
  // Written by run-job.ts of the same build.
  const { job, input } = workerData as { job: DatabaseJob; input: never };
  try {
    say({ result: await runners[job]?.(input, (progress) => say({ progress })) });
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Error';
    say({ failure: { name, message: messageOf(error), code: errnoOf(error) } });
  }
}

function say(message: object): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(message);
}
