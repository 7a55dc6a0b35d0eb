import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import { errnoOf } from '../lib/errors.ts';
import { fsyncFolder } from '../lib/files.ts';
import type { GpxFile } from './gpx-plan.ts';
import { readGpx } from './gpx-reader.ts';

/** A clip's positions come nowhere near: what is larger is another program's. */
const maxBytes = 4 * 1024 * 1024;
const writeTimeoutMs = 120_000;

/** The part of the recordings volume that files are read from and written to. */
export type GpxVolume = Pick<ArchiveVolume, 'run' | 'pathOf'>;

/** Reads what is at the place of a GPX file, below the archive root. Throws what the volume says. */
export async function readGpxFile(volume: GpxVolume, path: string): Promise<GpxFile> {
  const text = await volume.run('reading a GPX file', () => readText(volume.pathOf(path)));
  if (text === 'none' || text === 'unreadable') return { kind: text };
  return { kind: 'gpx', reading: readGpx(text.text) };
}

async function readText(path: string): Promise<{ text: string } | 'none' | 'unreadable'> {
  // A pipe would wait for a writer for ever, a link may lead anywhere.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: unknown) => {
    const code = errnoOf(error);
    if (code === 'ENOENT') return 'none' as const;
    if (code === 'ELOOP' || code === 'ENXIO') return 'unreadable' as const;
    throw error;
  });
  if (typeof file === 'string') return file;
  try {
    const entry = await file.stat();
    if (!entry.isFile() || entry.size > maxBytes) return 'unreadable';
    return { text: await file.readFile('utf8') };
  } finally {
    await file.close();
  }
}

/** GPX files of the archive, by their paths below its root. Writes take turns. */
export class GpxFiles {
  private readonly volume: GpxVolume;
  /** The last write in the hands of the system: one that hangs must not end behind a later one. */
  private underWay: Promise<unknown> = Promise.resolve();

  constructor(volume: GpxVolume) {
    this.volume = volume;
  }

  read(path: string): Promise<GpxFile> {
    return readGpxFile(this.volume, path);
  }

  /**
   * Puts a file in its place, so that after a crash the old or the new one is there. What is written first always has
   * the same name: what a crash leaves behind is written over by the next try, and counts as nothing until then.
   */
  async write(path: string, text: string): Promise<void> {
    const { volume } = this;
    const write = (): Promise<void> => {
      const written = this.underWay.then(() => replaceFile(volume.pathOf(path), text));
      this.underWay = written.catch(() => undefined);
      return written;
    };
    await volume.run('writing a GPX file', write, writeTimeoutMs);
  }
}

/** The name under which a GPX file is written before it is in its place. */
export const gpxTemporary = (path: string): string => `${path}.viofosync-tmp`;

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = gpxTemporary(path);
  // Not through a link, which may lead anywhere.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  try {
    const file = await open(temporary, flags, 0o666);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await fsyncFolder(dirname(path));
}
