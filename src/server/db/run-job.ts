import { Worker } from 'node:worker_threads';
import { DamagedDatabaseError } from './sqlite-files.ts';
import { UnusableDatabaseError } from './open.ts';
import type { DatabaseJob, DatabaseJobs, JobProgress } from './database-jobs.ts';

export interface RunOptions {
  onProgress?: (progress: JobProgress) => void;
  signal: AbortSignal;
}

interface Message {
  progress?: JobProgress;
  result?: unknown;
  failure?: { name: string; message: string; code: string | undefined };
}

/** An error that came out of the thread, with its system code. */
export class DatabaseJobError extends Error {
  override name = 'DatabaseJobError';
  readonly code: string | undefined;
  constructor(message: string, code: string | undefined) {
    super(message);
    this.code = code;
  }
}

/**
 * Long, synchronous work on database files, each in a thread of its own, so that the page answers meanwhile. When the
 * signal is aborted the thread is ended; whatever it was at is then as after a crash.
 */
export class DatabaseThreads {
  private readonly alive = new Set<Worker>();

  /** A call in the hands of the operating system cannot be ended: the process would wait for it. */
  get isBusy(): boolean {
    return this.alive.size > 0;
  }

  run<K extends DatabaseJob>(
    job: K,
    input: DatabaseJobs[K]['input'],
    { onProgress, signal }: RunOptions,
  ): Promise<DatabaseJobs[K]['result']> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new Error('stopped'));
      const worker = openThread(job, input);
      this.alive.add(worker);
      const stop = () => void worker.terminate();
      signal.addEventListener('abort', stop, { once: true });
      worker.on('message', ({ progress, result, failure }: Message) => {
        if (progress) return onProgress?.(progress);
        void worker.terminate();
        if (failure) return reject(errorOf(failure));
        // What the thread sends for this job is its result.
        resolve(result as DatabaseJobs[K]['result']);
      });
      worker.on('error', reject);
      worker.on('exit', (code) => {
        this.alive.delete(worker);
        signal.removeEventListener('abort', stop);
        const what = `the thread of '${job}' ended with ${code} and said nothing`;
        reject(new Error(signal.aborted ? 'stopped' : what));
      });
    });
  }
}

function errorOf({ name, message, code }: NonNullable<Message['failure']>): Error {
  if (name === 'DamagedDatabaseError') return new DamagedDatabaseError(message);
  if (name === 'UnusableDatabaseError') return new UnusableDatabaseError(message);
  return new DatabaseJobError(message, code);
}

/** The built thread lies beside the built server. From the sources (development, tests) tsx must read it. */
function openThread(job: DatabaseJob, input: unknown): Worker {
  const workerData = { job, input };
  const name = job === 'check' || job === 'copy' ? 'small-thread' : 'database-thread';
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL(`./${name}.js`, import.meta.url), { workerData });
  }
  const source = JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href);
  const boot = `import('tsx/esm/api').then((tsx) => { tsx.register(); return import(${source}); })`;
  return new Worker(boot, { eval: true, workerData });
}
