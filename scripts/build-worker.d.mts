import type { Plugin } from 'vite';

/** Pages by the addresses they answer at, as [pattern, source below src/web]. */
export const pages: readonly (readonly [string, string])[];
/** The service worker as one script, with the build's name and the files that it keeps. */
export function bundleWorker(order: {
  root: string;
  id: string;
  files: readonly { url: string; revision: string | null }[];
}): Promise<string>;
export function workerPlugin(root: string): Plugin;
