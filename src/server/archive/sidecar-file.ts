import type { ArchiveVolume } from './archive-volume.ts';
import { readSmallText } from './book-file.ts';
import { decodeSidecar, type SidecarReading } from './sidecar.ts';

/** A sidecar of ours is far smaller; what is larger is another program's. */
const maxBytes = 1024 * 1024;

export type SidecarFile = (SidecarReading & { text: string }) | { kind: 'none' };

/** Reads what is at a sidecar's place. Throws what the volume says, but not when nothing is there. */
export async function readSidecarFile(volume: ArchiveVolume, path: string): Promise<SidecarFile> {
  return volume.run('reading a sidecar', async () => {
    const text = await readSmallText(volume.pathOf(path), maxBytes);
    if (text === null) return { kind: 'none' };
    return text === '' ? { kind: 'foreign', text } : { ...decodeSidecar(text), text };
  });
}
