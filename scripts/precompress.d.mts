import type { Plugin } from 'vite';

/** Beside each text in `folder` the same compressed, `.gz` and `.br`. */
export function precompress(folder: string): Promise<void>;
export function precompressPlugin(): Plugin;
