import { Worker } from 'node:worker_threads';
import { waitingCalls } from './folder-calls.ts';
import {
  FolderReader,
  type FolderOrder,
  type FolderReading,
  type Measured,
  type PreparedClips,
} from './folder-reader.ts';
import type { FirstBatch, FirstCameras } from './scan-first-plan.ts';

/** What was read, and the clips that were taken out of it. */
export interface FolderReadings {
  readings: FolderReading[];
  batches: FirstBatch[];
}

/** Whoever reads folders of the archive; the caller limits the time. */
export interface FolderSource {
  read(orders: readonly FolderOrder[], now: number): Promise<FolderReadings>;
  /** As many from the first on as there is time for. */
  measure(order: MeasureOrder): Promise<MeasuredSome>;
}

export interface MeasureOrder {
  folder: string;
  names: readonly string[];
  /** What lies beside them; null: none of them is to be prepared. */
  companions: readonly string[] | null;
}

/** What was measured, or else prepared, and the clips of that. */
export interface MeasuredSome {
  measured: Measured;
  prepared: PreparedClips | null;
  batches: FirstBatch[];
}

export type FolderRequest = { id: number } & (
  { kind: 'read'; orders: readonly FolderOrder[]; now: number } | ({ kind: 'measure' } & MeasureOrder)
);

export type FolderReply = { id: number } & (FolderReadings | MeasuredSome | { failure: string });

/** What the thread begins with. */
export interface FolderThreadData {
  root: string;
  /** Clips in folders that are measured along are prepared for these; null: they are not. */
  cameras: FirstCameras | null;
}

interface Caller {
  resolve(reply: FolderReply): void;
  reject(error: Error): void;
}

/** Folders read in a thread of its own. A call that hangs there stays unanswered, also when the thread is told to end. */
export class ThreadSource implements FolderSource {
  private readonly worker: Worker;
  private readonly callers = new Map<number, Caller>();
  private lastId = 0;
  private ended: Error | null = null;

  constructor(data: FolderThreadData) {
    this.worker = openThread(data);
    this.worker.on('message', (reply: FolderReply) => {
      this.callers.get(reply.id)?.resolve(reply);
      this.callers.delete(reply.id);
    });
    this.worker.on('error', (error) => this.end(error));
    this.worker.on('exit', () => this.end(new Error('the thread that reads folders has ended')));
    this.worker.unref();
  }

  async read(orders: readonly FolderOrder[], now: number): Promise<FolderReadings> {
    const reply = await this.ask({ id: ++this.lastId, kind: 'read', orders, now });
    return 'readings' in reply ? reply : failed(reply);
  }

  async measure(order: MeasureOrder): Promise<MeasuredSome> {
    const reply = await this.ask({ id: ++this.lastId, kind: 'measure', ...order });
    return 'measured' in reply ? reply : failed(reply);
  }

  close(): void {
    void this.worker.terminate();
  }

  private ask(request: FolderRequest): Promise<FolderReply> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(this.ended);
      this.callers.set(request.id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
      this.worker.postMessage(request);
    });
  }

  private end(error: Error): void {
    this.ended ??= error;
    for (const caller of this.callers.values()) caller.reject(this.ended);
    this.callers.clear();
  }
}

function failed(reply: FolderReply): never {
  throw new Error(
    'failure' in reply ? reply.failure : 'the thread that reads folders answered another question',
  );
}

/** The built thread lies beside the built server. From the sources (development, tests) tsx must read it. */
function openThread(workerData: FolderThreadData): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./folder-thread.js', import.meta.url), { workerData });
  const source = JSON.stringify(new URL('./folder-thread.ts', import.meta.url).href);
  const boot = `import('tsx/esm/api').then((tsx) => { tsx.register(); return import(${source}); })`;
  return new Worker(boot, { eval: true, workerData });
}

/** Files after which a scan is worth a thread of its own. */
const manyFiles = 1000;
const manyFolders = 200;

/**
 * Begins in this process, for most looks are small; goes on in a thread where there is more to see. `isFast`: calls may
 * ask for much at once, for they keep nobody waiting.
 */
export class GrowingSource implements FolderSource {
  private readonly data: FolderThreadData;
  private readonly near: FolderReader;
  private thread: ThreadSource | null = null;
  private files = 0;
  private folders = 0;

  constructor(data: FolderThreadData) {
    this.data = data;
    this.near = new FolderReader(data.root, waitingCalls);
  }

  get isFast(): boolean {
    return this.thread !== null;
  }

  async read(orders: readonly FolderOrder[], now: number): Promise<FolderReadings> {
    if (this.thread) return this.thread.read(orders, now);
    const readings = await this.near.read(orders, now);
    this.folders += readings.length;
    for (const { clips, folders } of readings) this.files += clips.length + folders.length;
    if (this.files >= manyFiles || this.folders >= manyFolders) this.thread = new ThreadSource(this.data);
    return { readings, batches: [] };
  }

  async measure(order: MeasureOrder): Promise<MeasuredSome> {
    if (this.thread) return this.thread.measure(order);
    const measured = await this.near.measure(order.folder, order.names);
    return { measured, prepared: null, batches: [] };
  }

  close(): void {
    this.thread?.close();
  }
}
