import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileSource } from '../lib/byte-source.ts';
import { fileVersion } from '../lib/clip-version.ts';
import type { OpenFile } from '../lib/file-answer.ts';
import { readMp4Facts } from '../lib/mp4-boxes.ts';
import { FfmpegError } from './media-types.ts';

/** What a small copy turned out to be. */
export interface ProxyDetail {
  width: number | null;
  height: number | null;
  durationMs: number | null;
}

/** Looks into a file that ffmpeg has finished; throws a `FfmpegError` when it is no film. */
export async function readProxyFacts(path: string): Promise<ProxyDetail> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    const { size } = await handle.stat();
    const { complete, durationMs, width, height } = await readMp4Facts(fileSource(handle, size));
    if (!complete || durationMs === null || durationMs <= 0)
      throw new FfmpegError('input', 'There is no picture in this clip that can be decoded.');
    return { width, height, durationMs };
  } finally {
    await handle.close();
  }
}

/** Opens a file of the cache to send it. Throws what the system says. */
export async function openCached(path: string): Promise<OpenFile> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    const found = await handle.stat();
    return {
      ...fileSource(handle, found.size),
      version: fileVersion(found),
      close: () => void handle.close().catch(() => undefined),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
