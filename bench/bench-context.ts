import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from './bundle.ts';
import type { Figure } from './report.ts';

/** What every benchmark is run with. */
export interface BenchContext {
  /** A third of the work, with the same proportions. */
  quick: boolean;
  /** Where the temporary folders are made: the disk that is measured. */
  dir: string;
  /** The server writes its CPU profile here when it ends; null is not wanted. */
  profileDir: string | null;
  bundle: Bundle;
}

export interface Benchmark {
  name: string;
  about: string;
  run(context: BenchContext): Promise<Figure[]>;
}

const folders = new Set<string>();

/** Runs `work` with a folder of its own, which is removed afterwards. */
export async function withFolder<T>(dir: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(dir, 'viofosync-bench-'));
  folders.add(folder);
  try {
    return await work(folder);
  } finally {
    await removeFolder(folder);
  }
}

/** For the end of a run that was interrupted. */
export async function removeFolders(): Promise<void> {
  await Promise.all([...folders].map(removeFolder));
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  folders.delete(folder);
}

/** A full run's number, or a third of it. */
export const scaled = (context: BenchContext, full: number): number =>
  context.quick ? Math.round(full / 3) : full;
