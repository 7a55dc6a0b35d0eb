/**
 * `tsx test/media-child.ts <config folder> <file> <draft|before|after>`: puts a file as the thumbnail of clip 1 into the
 * cache, as the program does, and ends as by a power cut when half of it was written, or right before or after it is
 * moved to its place.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { pino } from 'pino';
import { openDatabase } from '../src/server/db/open.ts';
import { systemClock } from '../src/server/lib/clock.ts';
import { ArtifactStore } from '../src/server/media/artifact-store.ts';
import { pictureVersions } from '../src/server/media/picture-plan.ts';

const [configDir = '', file = '', when] = process.argv.slice(2);
const end = () => process.kill(process.pid, 'SIGKILL');

const { rename } = fs;
fs.rename = async (...places) => {
  if (when === 'before') end();
  await rename(...places);
  if (when === 'after') end();
};
syncBuiltinESMExports();

const db = await openDatabase({ configDir, now: new Date() });
const artifacts = new ArtifactStore({
  db,
  root: join(configDir, 'cache'),
  clock: systemClock,
  log: pino({ level: 'silent' }),
  settings: () => ({ cacheGb: 10 }),
});
await artifacts.start();
const clip = await db.selectFrom('clip').selectAll().where('id', '=', 1).executeTakeFirstOrThrow();
const bytes = await fs.readFile(file);
const draft = await artifacts.draft('thumbnail', 'webp');
await fs.writeFile(draft, bytes.subarray(0, Math.floor(bytes.length / 2)));
if (when === 'draft') end();
await fs.writeFile(draft, bytes);
const version = pictureVersions.thumbnail;
await artifacts.keep(clip, 'thumbnail', { draft, format: 'webp', detail: null, version });
