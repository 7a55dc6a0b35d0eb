import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Events } from '../src/shared/events.ts';
import { settingsSchema } from '../src/shared/settings.ts';
import { ArchiveVolume } from '../src/server/archive/archive-volume.ts';
import { readAppState, writeAppState } from '../src/server/db/app-state.ts';
import { systemClock } from '../src/server/lib/clock.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { pino } from 'pino';
import { importsOf, putFile } from './import-archive.ts';
import { expectInvariants } from './invariants.ts';
import {
  addDrive,
  allClips,
  bytesOf,
  downloadsOf,
  expectSameBytes,
  untilArchived,
  untilListedAgain,
  useApp,
  useCamera,
} from './scenario.ts';

test('clips of a card that was imported are never fetched again, the others are', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 4, bytes: 20_000 });
  const app = await useApp();
  const card = join(app.configDir, '..', 'card');
  const imported = entries.slice(1, 3);
  for (const entry of imported)
    await putFile(join(card, 'DCIM/Movie', entry.name), await bytesOf(entry.source));
  const settings = settingsSchema.parse({ importFolder: card, keepFreeGb: 0.5 });
  const { db } = app.app;
  const volume = new ArchiveVolume({
    root: app.recordings,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    knownClips: async () => 0,
    readMarkerId: () => readAppState(db, 'archive.marker'),
    writeMarkerId: (id) => writeAppState(db, 'archive.marker', id),
    onChange: () => undefined,
  });
  await volume.check();
  const events = new EventBus<Events>(() => undefined);
  const imports = importsOf({ db, volume, events, clock: systemClock, settings: () => settings });
  const { id } = await imports.plan({
    path: card,
    cameraId: null,
    options: { move: false, includeOld: false, includeSkipped: false, includeUnclassified: true },
  });
  await imports.idle();
  await imports.startImport(id, {});
  await imports.idle();
  await untilArchived(app, 2);
  await imports.stop();
  await volume.stop();
  await app.restart({ cameraAddress: camera.address });
  await untilArchived(app, 4);
  await untilListedAgain(camera);
  await expectSameBytes(app, entries);
  await expectInvariants(app, camera);
  for (const { name } of imported) expect(downloadsOf(camera, name)).toEqual([]);
  expect((await allClips(app)).map(({ origin }) => origin).toSorted()).toEqual([
    'import',
    'import',
    'sync',
    'sync',
  ]);
});
