import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { RepairWork } from '../src/server/media/repair-work.ts';
import type { Content } from './media-place.ts';
import { useMediaArchive, type MediaArchive } from './media-scenario.ts';
import { cameraClip, ffmpegClip, movedClip, overflowing, writeSparse } from './repair-clips.ts';
import { waitLong } from './scenario.ts';

interface Repairs extends MediaArchive {
  /** Gigabytes to leave free: with very many, nothing is repaired. */
  keep: { keepFreeGb: number };
}

/** What makes pictures and what repairs, together as in the program. */
async function useRepairs(keepFreeGb = 0): Promise<Repairs> {
  const archive = await useMediaArchive({ isIdle: true, settings: { makeFilmstrips: false } });
  const keep = { keepFreeGb };
  await archive.restart({
    work: (tools) => [
      new RepairWork({ ...archive, ...tools, log: pino({ level: 'silent' }), settings: () => keep }),
    ],
  });
  return { ...archive, keep };
}

const seconds = (ms: number | null) => Math.round((ms ?? 0) / 1000);

/** A clip of ten seconds of which only the first bytes were written, though its length and tables tell of all. */
async function hollowClip(): Promise<Buffer> {
  const clip = Buffer.from(await cameraClip());
  return clip.fill(0, Math.floor(clip.length / 2));
}

test.each<[string, () => Promise<Content>, RegExp, number]>([
  [
    'of more than 4 GiB, whose table has 32 bits for each place',
    async () => (path) => writeSparse(path, overflowing()),
    /^Its table of frames pointed to wrong places\.$/,
    60,
  ],
  [
    'whose table points past each frame by the same distance',
    async () => movedClip(await ffmpegClip('h264', [])),
    /^Its table of frames pointed to wrong places\.$/,
    6,
  ],
  ['of which the camera wrote only the first half', hollowClip, /of its frames cannot be read|cut at/, 5],
])(
  'a clip %s is known to be damaged as it comes in, and is repaired',
  { timeout: 120_000 },
  async (_, content, note, length) => {
    const archive = await useRepairs();
    const id = await archive.add('2026_0628_090000_0001F.MP4', await content());
    await archive.settle();
    const media = await archive.media0(id);
    expect(media).toMatchObject({ health: 'repaired', thumbnail: 'ready', repairWaits: false });
    expect(media.healthNote).toMatch(note);
    const { duration_ms, media_duration_ms, complete } = await archive.row(id);
    expect([duration_ms, complete]).toEqual([media_duration_ms, 0]);
    expect(Math.abs(seconds(duration_ms) - length)).toBeLessThanOrEqual(1);
  },
);

test('a whole clip, of whatever codec, is none of them', async () => {
  const archive = await useRepairs();
  const ids = [
    await archive.add('a.MP4', await cameraClip({ video: 'hevc', moov: 'back' })),
    await archive.add('b.MP4', await ffmpegClip('h264', ['-movflags', '+faststart'])),
    await archive.add('c.MP4', await ffmpegClip('hevc', [])),
  ];
  await archive.settle();
  for (const id of ids) expect(await archive.media0(id)).toMatchObject({ health: 'whole', healthNote: null });
});

test('a repaired clip is as long as its copy, also when its file is read again', async () => {
  const archive = await useRepairs();
  const cut = (await cameraClip({ moov: 'front' })).subarray(0, 500_000);
  const id = await archive.add('2026_0628_090000_0001F.MP4', cut);
  await archive.settle();
  const before = await archive.row(id);
  expect(before).toMatchObject({ repair: 'repaired', complete: 0 });
  expect(before.duration_ms).toBeGreaterThan(1000);
  expect(before.duration_ms).toBeLessThan(10_000);
  await archive.db.updateTable('clip').set({ media_due: 1 }).execute();
  archive.media.service.nudge();
  await archive.settle();
  expect(await archive.row(id)).toEqual(before);
  expect(await archive.artifact(id, 'repair')).toMatchObject({ state: 'ready' });
});

test('what is wrong with a clip is told in sentences, while it waits and when nothing can be done', async () => {
  const archive = await useRepairs(1_000_000);
  const [front, back] = [await cameraClip(), await cameraClip({ moov: 'back' })];
  const cases: [name: string, bytes: Buffer, note: RegExp, waits: boolean][] = [
    ['2026_0628_090000_0001F.MP4', front.subarray(0, 500_000), /^There is no room/, true],
    ['2026_0628_090100_0002F.MP4', back.subarray(0, 66_000), /^It does not say how/, true],
    ['2026_0628_090200_0003F.MP4', front.subarray(0, 66_000), /^No frame can be found/, false],
  ];
  for (const [name, bytes, note, repairWaits] of cases) {
    const id = await archive.add(name, bytes);
    await vi.waitFor(async () => {
      // What waited for room is tried again.
      archive.clock.advance(60 * 60_000);
      const media = await archive.media0(id);
      expect(media).toMatchObject({
        health: 'damaged',
        healthNote: expect.stringMatching(note),
        repairWaits,
      });
      expect(media.healthNote).toMatch(/^[A-Z](?!.*\b(moov|mdat|box|bytes?)\b).*\.$/);
    }, waitLong);
  }
});

test('when the file of a repaired clip is another, whole one, its old copy goes', async () => {
  const archive = await useRepairs();
  const whole = await cameraClip();
  const id = await archive.add('2026_0628_090000_0001F.MP4', whole.subarray(0, 500_000));
  await archive.settle();
  const { detail } = (await archive.artifact(id, 'repair'))!;
  const copy = join(archive.root, (JSON.parse(detail!) as { path: string }).path);
  await stat(copy);
  // As a scan notes it.
  const again = await archive.add('other.MP4', whole);
  const { path, size_bytes, mtime_ms } = await archive.row(again);
  await archive.db
    .updateTable('clip')
    .set({ path: null, state: 'deleted' })
    .where('id', '=', again)
    .execute();
  const other = { path, size_bytes, mtime_ms, complete: null, repair: null, repair_note: null } as const;
  await archive.db
    .updateTable('clip')
    .set({ ...other, media_due: 1 })
    .where('id', '=', id)
    .execute();
  archive.media.service.nudge();
  await vi.waitFor(async () => {
    expect(await archive.media0(id)).toMatchObject({ health: 'whole', healthNote: null });
    await expect(stat(copy)).rejects.toThrow('ENOENT');
    expect(await archive.artifact(id, 'repair')).toBeUndefined();
  }, waitLong);
});
