/** How the server's process is started, by `npm start` and by the benchmarks alike. */

/**
 * Small young generations: a server that streams video makes little garbage of its own, and large ones only let
 * the freed buffers of the stream pile up (measured: 30 to 60 MB less resident memory).
 */
export const serverNodeFlags = [
  '--max-semi-space-size=2',
  // A full collection after a fifth more, not after twice as much: most of what lives here is the program itself, and
  // one takes a few milliseconds (measured: 80 MB less at most while syncing, 3 % more processor time for a scan).
  '--heap-growing-percent=20',
];

export const serverEnvironment = {
  /** More threads than the recordings volume may ever occupy, so that a share that hangs leaves some for the page. */
  UV_THREADPOOL_SIZE: '8',
  /** One heap of the C library for all threads instead of one each. */
  MALLOC_ARENA_MAX: '2',
  /**
   * Buffers go back to the system as they are freed. Unless it is told so, the C library keeps ever larger ones in its
   * heap after it has seen the first of them (measured: 5 to 10 MB less resident memory).
   */
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
};
