import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { errnoOf } from '../lib/errors.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import { decodeSidecar, type SidecarReading } from './sidecar.ts';

/** A sidecar of ours is far smaller; what is larger is another program's. */
const maxBytes = 1024 * 1024;

export type SidecarFile = (SidecarReading & { text: string }) | { kind: 'none' };

/** Reads what is at a sidecar's place. Throws what the volume says, but not when nothing is there. */
export async function readSidecarFile(volume: ArchiveVolume, path: string): Promise<SidecarFile> {
  return volume.run('reading a sidecar', async () => {
    const text = await readText(volume.pathOf(path));
    if (text === null) return { kind: 'none' };
    return text === '' ? { kind: 'foreign', text } : { ...decodeSidecar(text), text };
  });
}

/** Null when there is nothing; empty for what cannot be a sidecar. */
async function readText(path: string): Promise<string | null> {
  // A pipe would wait for a writer for ever, a link may lead anywhere.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: unknown) => {
    const code = errnoOf(error);
    if (code === 'ENOENT') return null;
    if (code === 'ELOOP' || code === 'ENXIO') return undefined;
    throw error;
  });
  if (!file) return file === null ? null : '';
  try {
    const entry = await file.stat();
    return entry.isFile() && entry.size <= maxBytes ? await file.readFile('utf8') : '';
  } finally {
    await file.close();
  }
}
