import { parentPort, workerData } from 'node:worker_threads';
import { errnoOf, messageOf } from '../lib/errors.ts';
import { databaseJobs, type DatabaseJob } from './database-jobs.ts';

function say(message: object): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(message);
}

/** The start of a thread that does one job on database files and ends (run-job.ts). */
async function main(): Promise<void> {
  // Written by run-job.ts of the same build.
  const { job, input } = workerData as { job: DatabaseJob; input: never };
  try {
    say({ result: await databaseJobs[job](input, (progress) => say({ progress })) });
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Error';
    say({ failure: { name, message: messageOf(error), code: errnoOf(error) } });
  }
}

await main();
