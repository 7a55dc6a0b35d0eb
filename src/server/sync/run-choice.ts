import type { Orderable } from './plan.ts';

/**
 * What one run of the program fetches of all that is wanted, and in what order, where the user says so for this run
 * alone. Nothing of it is stored: what does not pass stays in the ledger as it is and has no place in the queue.
 */
export interface RunChoice {
  passes(clip: Orderable): boolean;
  /** Null: the order of the settings. */
  compare: ((a: Orderable, b: Orderable) => number) | null;
}
