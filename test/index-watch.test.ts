import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { pino } from 'pino';
import { ArchiveWatch, type ArchiveWatchDeps } from '../src/server/archive/archive-watch.ts';
import { useArchive, type TestArchive } from './scan-archive.ts';
import { waitLong } from './scenario.ts';

const clip = (minute: number) => `2026_0628_13${String(minute).padStart(2, '0')}16_0001F.MP4`;

async function watched(
  options: Partial<ArchiveWatchDeps> = {},
): Promise<{ archive: TestArchive; watch: ArchiveWatch; looks: (readonly string[] | null)[] }> {
  const archive = await useArchive();
  for (const minute of [1, 2, 3]) await archive.put(`2026-06-28/${clip(minute)}`);
  // Nothing of it was written just now.
  archive.clock.advance(Date.now() + 60_000 - archive.clock.now());
  await archive.start();
  await archive.scan.idle();
  const looks: (readonly string[] | null)[] = [];
  const { db, volume, events, scan } = archive;
  const watch = new ArchiveWatch({
    db,
    volume,
    events,
    log: pino({ level: 'silent' }),
    isLocal: () => true,
    settleMs: 10,
    scan: {
      status: scan.status,
      lookAround: async (folders) => {
        const unfinished = await scan.lookAround(folders);
        looks.push(folders);
        return unfinished;
      },
    },
    ...options,
  });
  watch.start();
  onTestFinished(() => watch.stop());
  return { archive, watch, looks };
}

/** The root and the folders below it, and what was there before has been looked at. */
const isWatched = (watch: ArchiveWatch, folders: number) =>
  vi.waitFor(() => expect(watch.watched).toBe(folders), waitLong);

const hasPaths = (archive: TestArchive, ...paths: (string | null)[]) =>
  vi.waitFor(async () => expect(await archive.paths()).toEqual(paths), waitLong);

test('clips that are put there, moved, renamed or taken away by hand are noticed, also in folders that are new', async () => {
  const { archive, watch } = await watched();
  await isWatched(watch, 2);
  await archive.put(`2026-06-28/${clip(4)}`);
  const old = [1, 2, 3].map((minute) => `2026-06-28/${clip(minute)}`);
  await hasPaths(archive, ...old, `2026-06-28/${clip(4)}`);
  await archive.put(`2026-06-29/${clip(5)}`);
  await hasPaths(archive, ...old, `2026-06-28/${clip(4)}`, `2026-06-29/${clip(5)}`);
  await isWatched(watch, 3);
  await archive.put(`2026-06-29/${clip(6)}`, 1234);
  await hasPaths(archive, ...old, `2026-06-28/${clip(4)}`, `2026-06-29/${clip(5)}`, `2026-06-29/${clip(6)}`);
  const { id } = await archive.row(clip(6));
  await rename(join(archive.root, '2026-06-29', clip(6)), join(archive.root, '2026-06-29/z.mp4'));
  await rm(join(archive.root, `2026-06-28/${clip(4)}`));
  await hasPaths(archive, null, ...old, `2026-06-29/${clip(5)}`, '2026-06-29/z.mp4');
  expect(await archive.row(clip(6))).toMatchObject({ id, path: '2026-06-29/z.mp4' });
  await rename(join(archive.root, '2026-06-28'), join(archive.root, '2026-06'));
  const moved = [1, 2, 3].map((minute) => `2026-06/${clip(minute)}`);
  await hasPaths(archive, null, ...[...moved, `2026-06-29/${clip(5)}`, '2026-06-29/z.mp4'].toSorted());
});

test('what the program itself does in the archive is no reason for a look', async () => {
  const { archive, watch, looks } = await watched();
  await isWatched(watch, 2);
  const place = join(archive.root, '2026-06-28');
  const calls: string[] = [];
  archive.volume.before = (what) => void calls.push(what);
  // As a clip is filed: its bytes under another name, its row before anybody looks.
  await archive.put(`2026-06-28/${clip(4)}.part`);
  const id = await archive.listed(clip(4), 'waiting');
  await archive.db
    .updateTable('clip')
    .set({ state: 'archived', path: `2026-06-28/${clip(4)}`, size_bytes: 1000 })
    .where('id', '=', id)
    .execute();
  await rename(join(place, `${clip(4)}.part`), join(place, clip(4)));
  await archive.put(`2026-06-28/${clip(4)}.json`, '{"viofosync":1,"kept":true}');
  await vi.waitFor(() => expect(calls).toContain('looking for a clip'), waitLong);
  await archive.put(`2026-06-28/${clip(5)}`);
  await vi.waitFor(async () => expect(await archive.paths()).toContain(`2026-06-28/${clip(5)}`), waitLong);
  // Of those that begin to be watched the stamps are looked at once.
  const single = () => looks.filter((folders) => folders?.length === 1);
  await vi.waitFor(() => expect(single()).toEqual([['2026-06-28']]), waitLong);
});

test('where the file system tells of nothing the stamps of all folders are looked at from time to time', async () => {
  const { archive, watch, looks } = await watched({ isLocal: () => false, remoteEveryMs: 50 });
  await archive.put(`2026-06-29/${clip(5)}`);
  await vi.waitFor(async () => expect(await archive.paths()).toContain(`2026-06-29/${clip(5)}`), waitLong);
  await vi.waitFor(() => expect(looks).toContain(null), waitLong);
  expect(watch.watched).toBe(0);
});

test('no more folders are watched than may be, the latest of them', async () => {
  const { archive, watch } = await watched({ maxFolders: 2 });
  await isWatched(watch, 2);
  await mkdir(join(archive.root, '2027-01-01'));
  await archive.put(`2027-01-01/${clip(7)}`);
  await vi.waitFor(async () => expect(await archive.paths()).toContain(`2027-01-01/${clip(7)}`), waitLong);
  await archive.put(`2027-01-01/${clip(8)}`);
  await vi.waitFor(async () => expect(await archive.paths()).toContain(`2027-01-01/${clip(8)}`), waitLong);
  expect(watch.watched).toBe(2);
});
