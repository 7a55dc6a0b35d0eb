/**
 * The promise's outcome, or the signal's reason as soon as it is aborted, also when it was before; the call itself goes
 * on, and what comes of it then is of no interest: it may fail unheard.
 */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    // Nobody else waits for it: a rejection would be one that nobody handles, and end the process.
    promise.catch(() => undefined);
    throw signal.reason;
  }
  const over = new AbortController();
  const aborted = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    over.abort();
  }
}
