import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { archiveFiles } from './invariants.ts';
import { expectTrue, useArchive, type TestArchive } from './scan-archive.ts';
import { waitLong } from './scenario.ts';

const clip = (minute: number) =>
  `2026_0628_13${String(minute).padStart(2, '0')}16_${String(minute).padStart(4, '0')}F.MP4`;
const old = `2026-06-28/${clip(1)}`;
const moved = `keep/${clip(1)}`;
const ownGpx = '<gpx creator="ours"/>';

async function untilWritten({ db }: TestArchive): Promise<void> {
  await vi.waitFor(
    async () =>
      expect(await db.selectFrom('clip').select('name').where('sidecar_due', '=', 1).execute()).toEqual([]),
    waitLong,
  );
}

/** An archive in which a clip is kept; its writer runs. */
async function keptClip(beside: Readonly<Record<string, string>> = {}): Promise<TestArchive> {
  const archive = await useArchive();
  for (const path of [old, `2026-06-28/${clip(2)}`]) await archive.put(path);
  for (const [path, text] of Object.entries(beside)) await archive.put(path, text);
  await archive.start();
  await archive.scan.idle();
  archive.writer.start();
  const { id } = await archive.row(clip(1));
  await archive.clips.patch(archive.db, id, { kept: 1, kept_at: 5, note: 'a deer' });
  await untilWritten(archive);
  return archive;
}

/** By hand, and nothing but the video. */
async function moveVideo({ root }: TestArchive, from: string, to: string): Promise<void> {
  await mkdir(join(root, dirname(to)), { recursive: true });
  await rename(join(root, from), join(root, to));
}

const textOf = ({ root }: TestArchive, path: string) => readFile(join(root, path), 'utf8');

test('what we wrote beside a clip comes along when its video alone was moved, and says nothing of another that takes its place', async () => {
  const archive = await keptClip({ [`${old}.gpx`]: ownGpx });
  await moveVideo(archive, old, moved);
  await archive.look();
  await untilWritten(archive);
  expect(await archiveFiles(archive.root)).toEqual([
    '.viofosync-archive',
    `2026-06-28/${clip(2)}`,
    moved,
    `${moved}.gpx`,
    `${moved}.json`,
  ]);
  expect(await textOf(archive, `${moved}.gpx`)).toBe(ownGpx);
  expect(await archive.row(clip(1))).toMatchObject({ path: moved, kept: 1, note: 'a deer', gpx_sidecar: 1 });
  await archive.put(old, 900);
  await archive.restart({ fresh: true });
  const rows = (await archive.rows()).filter((row) => row.name === clip(1));
  expect(rows.map(({ path, kept, note }) => [path, kept, note])).toEqual(
    expect.arrayContaining([
      [moved, 1, 'a deer'],
      [old, 0, null],
    ]),
  );
  await expectTrue(archive);
});

test('a renamed video has its sidecar brought along under its new name', async () => {
  const archive = await keptClip();
  await moveVideo(archive, old, '2026-06-28/the deer.MP4');
  await archive.look();
  await untilWritten(archive);
  const text = JSON.parse(await textOf(archive, '2026-06-28/the deer.MP4.json')) as unknown;
  expect(text).toMatchObject({ viofosync: 1, name: clip(1), kept: true, note: 'a deer', bytes: 1000 });
  expect(await archiveFiles(archive.root)).not.toContain(`${old}.json`);
});

test('what other programs wrote beside a clip stays where it is, and so does what they wrote into ours', async () => {
  const archive = await keptClip({
    [`${old}.json`]: '{"title":"mine"}',
    [`${old}.gpx`]: '<gpx creator="them"/>',
  });
  const usual = `${old}.viofosync.json`;
  expect(await textOf(archive, usual)).toContain('deer');
  await moveVideo(archive, old, moved);
  await archive.look();
  await untilWritten(archive);
  expect(await textOf(archive, `${old}.json`)).toBe('{"title":"mine"}');
  expect(await textOf(archive, `${old}.gpx`)).toBe('<gpx creator="them"/>');
  expect(await textOf(archive, `${moved}.json`)).toContain('deer');
  await expect(textOf(archive, usual)).rejects.toThrow(/ENOENT/);
});

test('a sidecar that was copied along leaves none behind, but what others wrote into it is not thrown away', async () => {
  for (const [rest, isLeft] of [
    ['', false],
    [',"stars":["deer"]', true],
  ] as const) {
    const archive = await keptClip();
    const text = `{"viofosync":1,"kept":true${rest}}`;
    await archive.put(`${old}.json`, text);
    await archive.put(`${moved}.json`, text);
    await moveVideo(archive, old, moved);
    await archive.look();
    await untilWritten(archive);
    expect((await archiveFiles(archive.root)).includes(`${old}.json`)).toBe(isLeft);
    expect(await textOf(archive, `${moved}.json`)).toContain('a deer');
  }
});

test('a sidecar is believed of a file of the length it tells, and where it tells none', async () => {
  const archive = await useArchive();
  for (const [minute, bytes] of [
    [1, ',"bytes":1000'],
    [2, ',"bytes":999'],
    [3, ''],
  ] as const) {
    await archive.put(`2026-06-28/${clip(minute)}`);
    await archive.put(`2026-06-28/${clip(minute)}.json`, `{"viofosync":1,"kept":true${bytes}}`);
  }
  await archive.start();
  await archive.scan.idle();
  const rows = [await archive.row(clip(1)), await archive.row(clip(2)), await archive.row(clip(3))];
  expect(rows.map(({ kept }) => kept)).toEqual([1, 0, 1]);
  expect(archive.scan.status.message).toBeNull();
});

test('a clip of another length at the same place keeps what people said of it, and its sidecar tells the new length', async () => {
  const archive = await keptClip();
  await archive.put(old, 900);
  await archive.look({ thorough: true });
  await untilWritten(archive);
  expect(JSON.parse(await textOf(archive, `${old}.json`))).toMatchObject({ bytes: 900, kept: true });
  await archive.restart({ fresh: true });
  expect(await archive.row(clip(1))).toMatchObject({ kept: 1, note: 'a deer' });
});

test('a clip that was moved into a folder of locked ones is locked, and one out of it is not, as a fresh scan finds them', async () => {
  const archive = await useArchive();
  const [inside, outside] = [`2026-06-28/RO/${clip(1)}`, `2026-06-28/${clip(2)}`];
  for (const path of [inside, outside, `2026-06-28/${clip(3)}`]) await archive.put(path);
  await archive.start();
  await archive.scan.idle();
  await moveVideo(archive, inside, `2026-06-28/${clip(1)}`);
  await moveVideo(archive, outside, `2026-06-28/RO/${clip(2)}`);
  // Renamed, which is followed in another way.
  await moveVideo(archive, `2026-06-28/${clip(3)}`, '2026-06-28/RO/the deer.MP4');
  await archive.look();
  const picture = async () =>
    Object.fromEntries((await archive.rows()).map(({ path, locked }) => [path, locked]));
  const found = await picture();
  expect(found).toEqual({
    [`2026-06-28/${clip(1)}`]: 0,
    [`2026-06-28/RO/${clip(2)}`]: 1,
    '2026-06-28/RO/the deer.MP4': 1,
  });
  await expectTrue(archive);
  await archive.restart({ fresh: true });
  expect(await picture()).toEqual(found);
});
