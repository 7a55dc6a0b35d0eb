import { randomUUID } from 'node:crypto';
import { opendir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../lib/clock.ts';
import { errnoOf } from '../lib/errors.ts';
import { writeFileAtomic } from '../lib/files.ts';
import type { VolumeFault } from './volume-fault-policy.ts';

const markerSchema = z.object({ id: z.string().min(1) });

export interface MarkerDeps {
  root: string;
  clock: Clock;
  /** The id of the marker this database knows; null before the first archive. */
  readMarkerId(): Promise<string | null>;
  writeMarkerId(id: string): Promise<void>;
  /** How many clips the ledger has in the archive. */
  knownClips(): Promise<number>;
}

/** The file by which the archive is known, and the id that the database remembers of it. */
export class VolumeMarker {
  private readonly deps: MarkerDeps;
  private readonly name: string;

  constructor(deps: MarkerDeps, name: string) {
    this.deps = deps;
    this.name = name;
  }

  /** What speaks against the folder; null when it is the archive we know, or has just become it. */
  async compare(known: string | null): Promise<VolumeFault | null> {
    const { root } = this.deps;
    const found = await readMarker(join(root, this.name));
    if (found === null && known === null) return (await this.refusalOfEmpty()) ?? (await this.write());
    if (found === null) {
      return {
        state: 'unmarked',
        message:
          `${root} is not the archive that was used before: its marker file ${this.name} is missing. ` +
          'Is the share mounted? Nothing is written until it is back or you accept the folder as it is.',
      };
    }
    if (typeof found !== 'string') return found;
    if (known === null) {
      await this.deps.writeMarkerId(found);
      return null;
    }
    if (found === known) return null;
    return {
      state: 'foreign',
      message:
        `${root} holds another archive than the one used before. ` +
        'Mount the right one, or accept this folder from now on.',
    };
  }

  /** A ledger that was taken over may know clips here that an unmounted share does not show. */
  private async refusalOfEmpty(): Promise<VolumeFault | null> {
    const { root } = this.deps;
    const clips = await this.deps.knownClips();
    if (clips === 0) return null;
    const folder = await opendir(root);
    const first = await folder.read();
    await folder.close();
    if (first !== null) return null;
    return {
      state: 'unmarked',
      message:
        `${root} is empty, but ${clips} clips should be there. Is the share mounted? ` +
        'Nothing is written until they are back or you accept the folder as it is.',
    };
  }

  /** Makes the folder the archive: a new marker, known to this database. */
  async write(): Promise<null> {
    const { root, clock } = this.deps;
    const id = randomUUID();
    const createdAt = new Date(clock.now()).toISOString();
    await writeFileAtomic(
      join(root, this.name),
      `${JSON.stringify({ id, createdAt, note: 'This folder is a viofosync archive. Leave this file here.' })}\n`,
    );
    await this.deps.writeMarkerId(id);
    return null;
  }
}

async function readMarker(path: string): Promise<string | VolumeFault | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    return markerSchema.parse(JSON.parse(text)).id;
  } catch {
    return {
      state: 'foreign',
      message: `${path} is not a marker this program can read. Restore it, or accept the folder as it is.`,
    };
  }
}
