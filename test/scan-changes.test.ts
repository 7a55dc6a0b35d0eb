import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ledgerIn } from '../src/server/archive/scan-repository.ts';
import { expectTrue, useArchive, type TestArchive } from './scan-archive.ts';

const clip = (minute: number, channel = 'F') =>
  `2026_0628_13${String(minute).padStart(2, '0')}16_${String(minute).padStart(4, '0')}${channel}.MP4`;

/** Long after everything in it was written, so that the stamps of its folders are believed. */
function longAfter(archive: TestArchive): void {
  archive.clock.advance(Date.now() + 60_000 - archive.clock.now());
}

async function scanned(paths: readonly string[], bytes = 1000): Promise<TestArchive> {
  const archive = await useArchive();
  for (const path of paths) await archive.put(path, bytes);
  longAfter(archive);
  await archive.start();
  await archive.scan.idle();
  expect(archive.scan.status).toMatchObject({ state: 'done', found: paths.length });
  return archive;
}

const minutes = (count: number) => Array.from({ length: count }, (_, index) => index);

test('a folder that has not changed is not read again, one that has is, and one that changed just now will be', async () => {
  const archive = await scanned([`2026-06-28/${clip(1)}`, `2026-06-29/${clip(2)}`]);
  await archive.look();
  expect(archive.scan.status).toMatchObject({ folders: 3, skippedFolders: 3, files: 2, found: 0 });
  await archive.put(`2026-06-29/${clip(3)}`);
  await archive.look();
  expect(archive.scan.status).toMatchObject({ skippedFolders: 2, files: 3, found: 1 });
  // By the clock of this machine the folder has changed but now: what comes within the same tick would not be seen.
  archive.clock.advance(Date.now() - archive.clock.now());
  await archive.put(`2026-06-29/${clip(4)}`);
  await archive.look();
  expect(archive.scan.status).toMatchObject({ skippedFolders: 2, found: 1 });
  longAfter(archive);
  await archive.look();
  expect(archive.scan.status).toMatchObject({ skippedFolders: 2, found: 0 });
  await archive.look();
  expect(archive.scan.status).toMatchObject({ skippedFolders: 3, found: 0 });
});

test('a thorough scan reads every folder, and what is known of a file of another length is forgotten but its hash', async () => {
  const paths = [1, 2, 3].map((minute) => `2026-06-28/${clip(minute)}`);
  const archive = await scanned(paths);
  await archive.db
    .updateTable('clip')
    .set({ sha256: 'ab', verified_at: 5, complete: 1, track_due: 0, media_due: 0, checked_at: 5 })
    .execute();
  await truncate(join(archive.root, paths[0] ?? ''), 400);
  await utimes(join(archive.root, paths[1] ?? ''), new Date(0), new Date(0));
  await archive.look();
  expect(archive.scan.status).toMatchObject({ skippedFolders: 2 });
  await archive.look({ thorough: true });
  expect(archive.scan.status).toMatchObject({ skippedFolders: 0, files: 3, found: 0 });
  expect(archive.scan.status.message).toBe(`1 with another length than before: ${paths[0]}.`);
  expect(
    (await archive.rows()).map(({ size_bytes, verified_at, sha256, complete, track_due, media_due }) => [
      size_bytes,
      verified_at,
      sha256,
      complete,
      track_due + media_due,
    ]),
  ).toEqual([
    [400, null, 'ab', null, 2],
    // Its pictures are found by the time of last write.
    [1000, 5, 'ab', 1, 1],
    [1000, 5, 'ab', 1, 0],
  ]);
  expect((await archive.rows()).map((row) => [row.mtime_ms, row.checked_at])).toEqual([
    [expect.any(Number), null],
    [0, null],
    [Date.UTC(2026, 5, 28, 12), 5],
  ]);
  await expectTrue(archive);
});

test('a clip whose file was taken away is missing, and is itself again with all that is known of it when the file is back', async () => {
  const paths = minutes(5).map((minute) => `2026-06-28/${clip(minute)}`);
  const archive = await scanned(paths);
  await archive.db
    .updateTable('clip')
    .set({ kept: 1, kept_at: 7, note: 'mine', sha256: 'ab', duration_ms: 60_000 })
    .where('name', '=', clip(2))
    .execute();
  const before = await archive.row(clip(2));
  await rename(join(archive.root, paths[2] ?? ''), join(archive.home, 'aside'));
  await archive.look();
  expect(archive.scan.status).toMatchObject({ missing: 1, found: 0 });
  expect(await archive.row(clip(2))).toMatchObject({ state: 'missing', path: null, kept: 1, note: 'mine' });
  await expectTrue(archive);
  await mkdir(join(archive.root, 'elsewhere'));
  await rename(join(archive.home, 'aside'), join(archive.root, 'elsewhere', clip(2)));
  await archive.look();
  expect(archive.scan.status).toMatchObject({ missing: 0, found: 1 });
  expect(await archive.row(clip(2))).toMatchObject({
    ...before,
    path: `elsewhere/${clip(2)}`,
    state_at: expect.any(Number),
    sidecar_due: 1,
  });
  await expectTrue(archive);
});

test('a folder that went with a few clips makes them missing, wherever in it they lay', async () => {
  const gone = [`2025/a/${clip(1)}`, `2025/a/RO/${clip(2)}`, `2025/b/${clip(3)}`];
  const archive = await scanned([...gone, `2026-06-28/${clip(4)}`]);
  await rm(join(archive.root, '2025'), { recursive: true });
  await archive.look();
  expect(archive.scan.status).toMatchObject({ missing: 3, folders: 2 });
  expect(await archive.paths()).toEqual([null, null, null, `2026-06-28/${clip(4)}`]);
  await archive.look();
  expect(archive.scan.status).toMatchObject({ missing: 0, skippedFolders: 2 });
});

test.each([
  ['all of it', 3, 3],
  ['a good part of it', 59, 21],
])(
  'when %s has vanished a person is asked and nothing is changed, until they say that it is gone',
  async (_, all, gone) => {
    const archive = await scanned([
      ...minutes(gone).map((minute) => `2025/${clip(minute)}`),
      ...minutes(all - gone).map((minute) => `2026/${clip(minute, 'R')}`),
    ]);
    const before = await archive.rows();
    await rename(join(archive.root, '2025'), join(archive.home, 'aside'));
    for (let time = 0; time < 2; time++) {
      await archive.look();
      expect(archive.asked.at(-1)).toMatch(new RegExp(`^${gone} of ${all} clips`));
      expect(archive.scan.status).toMatchObject({ missing: 0, state: 'done' });
      expect(await archive.rows()).toEqual(before);
    }
    await archive.restart();
    await archive.look();
    expect(archive.asked.at(-1)).toMatch(new RegExp(`^${gone} of ${all} clips`));
    await rename(join(archive.home, 'aside'), join(archive.root, '2025'));
    await archive.look();
    expect(archive.asked.at(-1)).toBeNull();
    expect(await archive.rows()).toEqual(before);
    await rm(join(archive.root, '2025'), { recursive: true });
    await archive.look();
    await archive.look({ acceptMissing: true });
    expect(archive.asked.at(-1)).toBeNull();
    expect(archive.scan.status).toMatchObject({ missing: gone });
    await expectTrue(archive);
  },
);

test('an archive that is swapped while clips are looked for loses none of them', async () => {
  const paths = minutes(9).map((minute) => `2026-06-28/${clip(minute)}`);
  const archive = await scanned(paths);
  const before = await archive.rows();
  await rm(join(archive.root, paths[0] ?? ''));
  archive.volume.before = async (what) => {
    if (what !== 'looking for clips') return;
    archive.volume.before = () => undefined;
    await rename(archive.root, `${archive.root}-aside`);
    await mkdir(archive.root);
  };
  await archive.look();
  expect(archive.scan.status).toMatchObject({ state: 'failed', message: expect.stringMatching(/marker/) });
  expect(await archive.rows()).toEqual(before);
});

test('a folder that cannot be read says nothing of what lies in it', async () => {
  const archive = await scanned([`a/${clip(1)}`, `b/${clip(2)}`]);
  const before = await archive.rows();
  await rename(join(archive.root, 'a'), join(archive.root, 'c'));
  await mkdir(join(archive.root, 'a'));
  // It is there, but nobody can list it: a link to itself in its stead is followed by nobody.
  await rm(join(archive.root, 'a'), { recursive: true });
  execFileSync('ln', ['-s', 'c', join(archive.root, 'a')]);
  await archive.look();
  // The clip was seen in c, but at its old place it can still be reached.
  expect((await archive.rows()).slice(0, 2).map((row) => row.path)).toEqual(before.map((row) => row.path));
  expect(archive.scan.status.missing).toBe(0);
});

test('what lay on a disk of its own that is not mounted any more is not gone, until a person says so', async () => {
  const archive = await scanned([
    ...minutes(3).map((minute) => `2025/${clip(minute)}`),
    ...minutes(20).map((minute) => `2026/${clip(minute, 'R')}`),
  ]);
  const before = await archive.rows();
  // As a scan notes a folder that is on another file system than the root.
  await archive.db.updateTable('folder').set({ stamp: '1 1 mounted' }).where('path', '=', '2025').execute();
  for (const minute of minutes(3)) await rm(join(archive.root, `2025/${clip(minute)}`));
  for (let time = 0; time < 2; time++) {
    await archive.look();
    expect(archive.scan.status).toMatchObject({
      missing: 0,
      message: expect.stringMatching(/not mounted there: 2025/),
    });
  }
  await rm(join(archive.root, '2025'), { recursive: true });
  for (let time = 0; time < 2; time++) {
    await archive.look();
    expect(archive.scan.status.message).toMatch(/not mounted there: 2025/);
  }
  expect(await archive.rows()).toEqual(before);
  await archive.look({ acceptMissing: true });
  expect(archive.scan.status.missing).toBe(3);
  await expectTrue(archive);
});

test('a renamed file is followed: by its length and time, and by its contents where the time is another', async () => {
  const archive = await useArchive();
  for (const minute of [1, 2, 3, 4]) await archive.put(`2026-06-28/${clip(minute)}`, 1000 + minute);
  await archive.put(`2026-06-28/${clip(5)}`, 'what this one holds');
  longAfter(archive);
  await archive.start();
  await archive.scan.idle();
  const before = await archive.rows();
  const sha256 = createHash('sha256').update('what this one holds').digest('hex');
  await archive.db.updateTable('clip').set({ sha256 }).where('name', '=', clip(5)).execute();
  await rename(join(archive.root, `2026-06-28/${clip(1)}`), join(archive.root, '2026-06-28/holiday.mp4'));
  await mkdir(join(archive.root, 'trip'));
  await rename(join(archive.root, `2026-06-28/${clip(2)}`), join(archive.root, 'trip/sea.MP4'));
  await rm(join(archive.root, `2026-06-28/${clip(5)}`));
  await archive.put('trip/last.mp4', 'what this one holds', new Date(1e12));
  // Of this one's length, but of another time and without a hash to tell: a clip of its own.
  await rm(join(archive.root, `2026-06-28/${clip(3)}`));
  await archive.put('trip/other.mp4', 1003, new Date(1e12));
  await archive.look();
  const after = await archive.rows();
  expect(after.map((row) => row.id).slice(0, 5)).toEqual(before.map((row) => row.id));
  expect(after.map((row) => [row.name, row.path, row.state])).toEqual([
    [clip(1), '2026-06-28/holiday.mp4', 'archived'],
    [clip(2), 'trip/sea.MP4', 'archived'],
    [clip(3), null, 'missing'],
    [clip(4), `2026-06-28/${clip(4)}`, 'archived'],
    [clip(5), 'trip/last.mp4', 'archived'],
    ['other.mp4', 'trip/other.mp4', 'archived'],
  ]);
  expect(archive.scan.status).toMatchObject({ found: 1, missing: 1 });
  // The names that the camera gave are told beside them, so that they survive the database too.
  expect(after.filter((row) => row.sidecar_due === 1)).toHaveLength(3);
  await expectTrue(archive);
});

test('a recording that is taken out of the folder of parked ones counts as driven, and one put there as parked', async () => {
  const archive = await scanned([`Parking/${clip(1)}`, `Parking/${clip(1, 'R')}`, clip(2)]);
  await archive.db.updateTable('clip').set({ media_due: 0 }).execute();
  await archive.db.deleteFrom('journey_due').execute();
  const kinds = async () => [
    (await archive.rows())
      .map((row) => [row.name, row.kind, row.media_due] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    await archive.db.selectFrom('capture').select(['id', 'kind']).orderBy('started_at').execute(),
  ];
  expect((await kinds())[1]).toMatchObject([{ kind: 'parking' }, { kind: 'normal' }]);
  await rename(join(archive.root, `Parking/${clip(1)}`), join(archive.root, clip(1)));
  await rename(join(archive.root, clip(2)), join(archive.root, `Parking/${clip(2)}`));
  await utimes(join(archive.root, clip(1)), new Date(0), new Date(0));
  await archive.look();
  expect(await kinds()).toMatchObject([
    [
      [clip(1), 'normal', 1],
      [clip(1, 'R'), 'parking', 0],
      [clip(2), 'parking', 0],
    ],
    // Of the first, one lens still lies among the parked.
    [{ kind: 'parking' }, { kind: 'parking' }],
  ]);
  await rename(join(archive.root, `Parking/${clip(1, 'R')}`), join(archive.root, clip(1, 'R')));
  await archive.look();
  expect((await kinds())[1]).toMatchObject([{ kind: 'normal' }, { kind: 'parking' }]);
  expect(await archive.db.selectFrom('journey_due').selectAll().execute()).not.toEqual([]);
  await expectTrue(archive);
});

test('every clip keeps its row when the whole archive is in another layout and a few are new', async () => {
  const days = ['2026-06-27', '2026-06-28'];
  const archive = await scanned(
    days.flatMap((day, at) => minutes(20).map((minute) => `${day}/${clip(at * 20 + minute)}`)),
  );
  const ids = new Map((await archive.rows()).map((row) => [row.name, row.id]));
  await mkdir(join(archive.root, '2026'));
  for (const day of days) {
    const folder = join(archive.root, day);
    await rename(folder, join(archive.root, '2026', day));
  }
  await archive.put(`2026/${clip(59)}`);
  await archive.look();
  const rows = await archive.rows();
  expect(rows).toHaveLength(41);
  for (const [name, id] of ids)
    expect(rows.find((row) => row.id === id)).toMatchObject({ name, state: 'archived' });
  expect(archive.scan.status).toMatchObject({
    found: 1,
    missing: 0,
    message: '40 found in another place than before.',
  });
  await expectTrue(archive);
});

test('a stopped scan goes on where it was, and a first one that a person stopped goes on by itself', async () => {
  const archive = await useArchive({ goOnMs: 20 });
  await archive.put(`2026-06-28/${clip(1)}`);
  archive.volume.before = (what) => {
    if (what !== 'looking at clips') return;
    archive.volume.before = () => undefined;
    void archive.scan.cancel();
  };
  longAfter(archive);
  await archive.start();
  await archive.scan.idle();
  expect(archive.scan.status).toMatchObject({ state: 'stopped', message: expect.stringMatching(/goes on/) });
  expect(archive.scan.hold()).not.toBeNull();
  await expect.poll(() => archive.scan.status.state).toBe('done');
  expect(archive.scan.hold()).toBeNull();
  expect(await archive.paths()).toHaveLength(1);
});

test('a look around finds what is new in the folders it is given, leaves what is being written, and gives way to a scan', async () => {
  const archive = await scanned([`2026-06-28/${clip(1)}`, `2026-06-29/${clip(2)}`]);
  const told = archive.scan.status;
  await archive.put(`2026-06-28/${clip(3)}`);
  await archive.put(`2026-06-29/${clip(4)}`);
  await archive.put(`new/deep/${clip(5)}`);
  expect(await archive.scan.lookAround(['2026-06-28', ''])).toEqual([]);
  expect(await archive.paths()).toHaveLength(4);
  expect(archive.scan.status).toEqual(told);
  archive.clock.advance(Date.now() - archive.clock.now());
  await archive.put(`2026-06-28/${clip(6)}`, 1000, new Date());
  expect(await archive.scan.lookAround(['2026-06-28'])).toEqual(['2026-06-28']);
  expect(await archive.paths()).toHaveLength(4);
  longAfter(archive);
  expect(await archive.scan.lookAround(['2026-06-28'])).toEqual([]);
  expect(await archive.paths()).toHaveLength(5);
  const look = archive.scan.lookAround(null);
  archive.scan.scan();
  await look;
  await archive.scan.idle();
  expect(archive.scan.status).toMatchObject({ state: 'done', found: 1 });
  await expectTrue(archive);
});

test('what the ledger has in a folder is told without what lies deeper, whatever the names are', async () => {
  const paths = [
    'a',
    'a-',
    'a.b',
    'a/b',
    'a/b/c',
    'a/b/d',
    'a/b0',
    'a/c/é/x',
    'a/é',
    'a0',
    'a0/b',
    'b/\u{1F697}/x',
    'z',
  ];
  const archive = await scanned(paths.map((path) => `${path}.mp4`).filter((path) => !path.startsWith('b/')));
  await archive.put('b/\u{1F697}/x.mp4');
  await archive.look();
  const of = async (folder: string) => {
    const found = (await ledgerIn(archive.db, [folder, 'nowhere'])).get(folder);
    return [[...(found?.clips ?? [])].toSorted(), [...(found?.folders ?? [])].toSorted()];
  };
  expect(await of('')).toEqual([
    ['a-.mp4', 'a.b.mp4', 'a.mp4', 'a0.mp4', 'z.mp4'],
    ['a', 'a0', 'b'],
  ]);
  expect(await of('a')).toEqual([
    ['b.mp4', 'b0.mp4', 'é.mp4'],
    ['b', 'c'],
  ]);
  expect(await of('b')).toEqual([[], ['\u{1F697}']]);
});

test('10,000 files in one folder are found by the thread that takes over, and counted as a recount would', async () => {
  const archive = await useArchive();
  await mkdir(join(archive.root, 'all/RO'), { recursive: true });
  for (let i = 0; i < 10_000; i++) {
    const stamp = new Date(Date.UTC(2026, 0, 1) + i * 97_000).toISOString().replaceAll(/[-:]/g, '');
    const mark = ['F', 'R', 'PF', 'PR', 'EF'][i % 5] ?? '';
    const name = `${stamp.slice(0, 4)}_${stamp.slice(4, 8)}_${stamp.slice(9, 15)}_${String(i).padStart(5, '0')}${mark}`;
    const folder = i % 7 === 0 ? 'all/RO' : 'all';
    await writeFile(join(archive.root, folder, `${name}.${i % 50 === 0 ? 'JPG' : 'MP4'}`), 'x');
  }
  await archive.start();
  await archive.scan.idle();
  expect(archive.scan.status).toMatchObject({ state: 'done', files: 10_000, found: 10_000 });
  await expectTrue(archive);
  longAfter(archive);
  await archive.look({ thorough: true });
  expect(archive.scan.status).toMatchObject({ found: 0, missing: 0, message: null });
}, 120_000);
