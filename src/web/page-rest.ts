/** So long the first view may take; whoever waits for it goes on then. */
const longestMs = 2_000;
/** For browsers that do not say when they have nothing to do. */
const usualMs = 1_000;

/** Resolves when the page has nothing more urgent to do, and in any case soon. */
export function pageAtRest(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === 'function')
      requestIdleCallback(() => resolve(), { timeout: longestMs });
    else setTimeout(resolve, usualMs);
  });
}
