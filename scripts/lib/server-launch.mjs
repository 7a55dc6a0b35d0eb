/** How the server's process is started, by `npm start` and by the benchmarks alike. */

/**
 * Small young generations: a server that streams video makes little garbage of its own, and large ones only let
 * the freed buffers of the stream pile up (measured: 30 to 60 MB less resident memory).
 */
export const serverNodeFlags = ['--max-semi-space-size=2'];

export const serverEnvironment = {
  /** More threads than the recordings volume may ever occupy, so that a share that hangs leaves some for the page. */
  UV_THREADPOOL_SIZE: '8',
  /** One heap of the C library for all threads instead of one each. */
  MALLOC_ARENA_MAX: '2',
};
