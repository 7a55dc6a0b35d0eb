import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { around, distance } from 'geokdbush';
import KDBush from 'kdbush';
import type { Position } from '../../shared/tracks.ts';
import { messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { folded } from './place-search-policy.ts';
import { TownNames } from './town-names.ts';

export interface GazetteerDeps {
  log: Logger;
  /** Another file than the one that is shipped. */
  file?: string;
}

/** What is farther from any town has no name. */
const reachKm = 30;
const magic = 'VFGZ0001';
const headBytes = 12;
const mostKept = 2000;
/** Names are found by counting from the last of these many. */
const namesPerMark = 16;

/** A town by its name. */
export interface Town extends Position {
  name: string;
}

/**
 * Names of the towns of the world, without any network. Read when it is first asked, then kept (about 5 MB; once names
 * were searched, 4 MB more).
 */
export class Gazetteer {
  private readonly deps: GazetteerDeps;
  private towns: Promise<Towns | null> | null = null;
  private names: Promise<TownNames> | null = null;
  private readonly known = new Map<string, string | null>();

  constructor(deps: GazetteerDeps) {
    this.deps = deps;
  }

  /** The nearest town within 30 km of each position; null where there is none, or no file of towns. */
  async townsAt(positions: readonly Position[]): Promise<(string | null)[]> {
    if (positions.length === 0) return [];
    this.towns ??= this.load();
    const towns = await this.towns;
    return positions.map((position) => towns && this.kept(position, towns));
  }

  /** Towns of which a word of the name begins as typed, at most so many; the best fits first. */
  async search(typed: string, most: number): Promise<Town[]> {
    this.towns ??= this.load();
    const towns = await this.towns;
    if (!towns) return [];
    this.names ??= TownNames.of(towns.count, (id) => towns.town(id).name);
    const names = await this.names;
    return names.search(folded(typed), most).map((id) => towns.town(id));
  }

  /** Views ask for the same few hundred positions again and again. */
  private kept(position: Position, towns: Towns): string | null {
    const key = `${position.latitude.toFixed(3)} ${position.longitude.toFixed(3)}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const name = towns.nearest(position);
    if (this.known.size >= mostKept) this.known.clear();
    this.known.set(key, name);
    return name;
  }

  private async load(): Promise<Towns | null> {
    try {
      const file = this.deps.file ?? (await shippedFile());
      if (file !== null) return readTowns(await promisify(gunzip)(await readFile(file)));
      this.deps.log.warn('the names of towns are missing in this installation');
    } catch (error) {
      this.deps.log.warn({ reason: messageOf(error) }, 'the names of towns cannot be read');
    }
    return null;
  }
}

/** Beside the built server; or, from the sources, where the scripts put it (scripts/build-gazetteer.mjs). */
async function shippedFile(): Promise<string | null> {
  const places = ['./gazetteer.bin', '../../../.cache/gazetteer.bin', '../../../dist/server/gazetteer.bin'];
  for (const place of places) {
    const file = fileURLToPath(new URL(place, import.meta.url));
    if (await isThere(file)) return file;
  }
  return null;
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

interface Towns {
  count: number;
  town(id: number): Town;
  nearest(position: Position): string | null;
}

/** What `packTowns` in scripts/build-gazetteer.mjs wrote. Throws when it is something else. */
export function readTowns(bytes: Buffer): Towns {
  if (bytes.toString('latin1', 0, magic.length) !== magic) throw new Error('this is no file of towns');
  const count = bytes.readUInt32LE(magic.length);
  const namesAt = headBytes + count * 6;
  if (bytes.length < namesAt) throw new Error('the file of towns is cut off');
  const nowhere = { name: '', latitude: 0, longitude: 0 };
  if (count === 0) return { count, town: () => nowhere, nearest: () => null };
  const index = new KDBush(count, 64, Float32Array);
  for (let id = 0; id < count; id++) index.ids[id] = id;
  readDegrees(bytes.subarray(headBytes), index.coords, { count, first: 0 });
  readDegrees(bytes.subarray(headBytes + count * 3), index.coords, { count, first: 1 });
  const nameOf = namesIn(Buffer.from(bytes.subarray(namesAt)), count);
  return {
    count,
    town: (id) => ({
      name: nameOf(id),
      longitude: index.coords[2 * id] ?? 0,
      latitude: index.coords[2 * id + 1] ?? 0,
    }),
    nearest({ latitude, longitude }) {
      const [id] = around(index, longitude, latitude, 1, reachKm);
      if (id === undefined) return null;
      const [x, y] = [index.coords[2 * id] ?? 0, index.coords[2 * id + 1] ?? 0];
      return distance(longitude, latitude, x, y) <= reachKm ? nameOf(id) : null;
    },
  };
}

/** Three planes of bytes become every second number from the first on. */
function readDegrees(
  planes: Buffer,
  into: KDBush['coords'],
  { count, first }: { count: number; first: number },
): void {
  let thousandths = 0;
  for (let at = 0; at < count; at++) {
    const zigzag =
      (planes[at] ?? 0) | ((planes[count + at] ?? 0) << 8) | ((planes[2 * count + at] ?? 0) << 16);
    thousandths += zigzag & 1 ? -((zigzag + 1) >> 1) : zigzag >> 1;
    into[2 * at + first] = thousandths / 1000;
  }
}

/** They stay bytes: as texts they would need several times the memory. */
function namesIn(names: Buffer, count: number): (id: number) => string {
  const marks = new Uint32Array(Math.ceil(count / namesPerMark));
  let at = 0;
  for (let id = 0; id < count; id++) {
    if (id % namesPerMark === 0) marks[id / namesPerMark] = at;
    at = endOf(names, at) + 1;
  }
  return (id) => {
    let from = marks[Math.floor(id / namesPerMark)] ?? 0;
    for (let skip = id % namesPerMark; skip > 0; skip--) from = endOf(names, from) + 1;
    return names.toString('utf8', from, endOf(names, from));
  };
}

function endOf(names: Buffer, from: number): number {
  const end = names.indexOf(10, from);
  return end < 0 ? names.length : end;
}
