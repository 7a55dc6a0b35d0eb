import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { nodeFiles } from '../src/server/archive/file-port.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { ScanFiling } from '../src/server/archive/scan-filing.ts';
import { systemClock } from '../src/server/lib/clock.ts';
import { ZonedTimes } from '../src/server/lib/zones.ts';
import { Remover } from '../src/server/retention/remover.ts';
import { TrashAdoption } from '../src/server/retention/trash-adoption.ts';
import { CameraTimes } from '../src/server/time/camera-times.ts';
import { silentLog, openArchive, makeRecordings, type ArchiveParts } from './archive-parts.ts';

function adoptionOf({ db, volume, events }: ArchiveParts) {
  const clips = new ClipRepository();
  const shared = { db, clips, volume, clock: systemClock, log: silentLog, files: nodeFiles };
  const remover = new Remover({ ...shared, events, settings: () => ({ trashHours: 24 }) });
  const times = new CameraTimes(new ZonedTimes('Europe/London'));
  const filing = new ScanFiling({ db, clips, times, clock: systemClock });
  return { remover, adoption: new TrashAdoption({ ...shared, remover, filing, hasScanned: () => true }) };
}

const path = '2026-06-28/2026_0628_133416_0001F.MP4';
const kept = '2026-06-28/RO/2026_0628_133516_0002F.MP4';
const sidecar = JSON.stringify({ viofosync: 1, kept: true, note: 'a deer' });

test('files in the trash that no row tells of are clips in it again, and can be restored', async () => {
  const root = await makeRecordings({
    '2026-06-28/2026_0628_133616_0003F.MP4': 'there',
    [`.trash/2026-07-01/${path}`]: 'one',
    [`.trash/2026-07-01/${kept}`]: 'two',
    [`.trash/2026-07-01/${kept}.json`]: sidecar,
    '.trash/2026-07-02/DASHCAM01.MP4': 'three',
    // Of a file of another length, which lay here before.
    '.trash/2026-07-02/DASHCAM01.MP4.json': JSON.stringify({ viofosync: 1, bytes: 9, kept: true }),
    '.trash/of somebody else/film.MP4': 'not ours',
  });
  const parts = await openArchive(root);
  const { adoption, remover } = adoptionOf(parts);
  const { signal } = new AbortController();
  expect(await adoption.adopt(signal)).toBe(true);
  expect(await adoption.adopt(signal)).toBe(true);
  expect(await remover.trashTotals()).toMatchObject({ clips: 3, bytes: 11 });
  const rows = await parts.db
    .selectFrom('clip')
    .innerJoin('trash', 'trash.clip_id', 'clip.id')
    .select([
      'clip.name',
      'clip.state',
      'clip.path',
      'kept',
      'locked',
      'note',
      'trash.path as was',
      'trash_path',
    ])
    .orderBy('trash_path')
    .execute();
  expect(rows).toMatchObject([
    { was: path, state: 'deleted', path: null, kept: 0, trash_path: `.trash/2026-07-01/${path}` },
    { was: kept, state: 'deleted', kept: 1, locked: 1, note: 'a deer' },
    { was: 'DASHCAM01.MP4', state: 'deleted', kept: 0 },
  ]);
  await remover.restore(null);
  expect(await remover.carryOutOrders(signal)).toBeNull();
  expect(await readFile(join(root, path), 'utf8')).toBe('one');
  expect(await readFile(join(root, kept), 'utf8')).toBe('two');
  expect(await remover.trashTotals()).toMatchObject({ clips: 0, bytes: 0 });
});

test('one whose place has been taken comes back beside what is there', async () => {
  const root = await makeRecordings({ [path]: 'another', [`.trash/2026-07-01/${path}`]: 'one' });
  const parts = await openArchive(root);
  const { adoption, remover } = adoptionOf(parts);
  const { signal } = new AbortController();
  await adoption.adopt(signal);
  expect(await remover.trashTotals()).toMatchObject({ clips: 1 });
  await remover.restore(null);
  await remover.carryOutOrders(signal);
  expect(await readFile(join(root, path), 'utf8')).toBe('another');
  const clips = await parts.db.selectFrom('clip').select(['path', 'state']).execute();
  expect(clips.map((clip) => clip.state)).toEqual(['archived', 'archived']);
  for (const clip of clips)
    expect(await readFile(join(root, clip.path ?? ''), 'utf8')).toMatch(/one|another/);
});

test('what the ledger has in its trash is not taken in twice', async () => {
  const root = await makeRecordings({ [path]: 'one' });
  const parts = await openArchive(root);
  const { adoption, remover } = adoptionOf(parts);
  const { signal } = new AbortController();
  const [clip] = await parts.db.selectFrom('clip').select('id').execute();
  await remover.orderByHand([clip?.id ?? 0], { includeProtected: false, user: null });
  await remover.carryOutOrders(signal);
  await adoption.adopt(signal);
  expect(await parts.db.selectFrom('clip').select('id').execute()).toHaveLength(1);
  await vi.waitFor(async () => expect((await remover.trashTotals()).clips).toBe(1));
});
