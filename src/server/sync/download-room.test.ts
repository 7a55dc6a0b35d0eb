import { expect, test } from 'vitest';
import { settingsSchema } from '../../shared/settings.ts';
import type { ClipRow } from '../db/schema.ts';
import { DownloadRoom, type Begun, type Room } from './download-room.ts';

const never = new AbortController().signal;
const day = 24 * 60 * 60_000;
const now = Date.UTC(2026, 5, 28, 12);
const clock = { now: () => now };
const clip = (bytes: number | null, id = 1, started_at = now - day) =>
  ({ id, name: `${id}.MP4`, started_at, remote_size_bytes: bytes }) as ClipRow;
const anew: Begun = { have: 0, totalBytes: null };

/** A disk of so many free bytes, with a trash, and an archive that takes so much. */
function scene(start: { freeBytes: number; trashBytes?: number; limitBytes?: number }) {
  const world = {
    trashBytes: 0,
    limitBytes: Infinity,
    asked: [] as number[],
    starts: [] as number[],
    ...start,
  };
  const takes = new Map<symbol, number>();
  const taken = () => [...takes.values()].reduce((sum, bytes) => sum + bytes, 0);
  const room: Room = {
    makeRoom: ({ bytes, startedAt }) => {
      world.asked.push(bytes);
      world.starts.push(startedAt);
      if (taken() + bytes > world.limitBytes) return Promise.resolve({ ok: false, reason: 'No room.' });
      const key = Symbol('clip');
      takes.set(key, bytes);
      return Promise.resolve({ ok: true, settle: (left) => void takes.set(key, left) });
    },
    refusal: ({ startedAt }) => (startedAt < now ? 'No room.' : null),
    freeFromTrash: (bytes) => {
      const freed = Math.min(bytes, world.trashBytes);
      world.trashBytes -= freed;
      world.freeBytes += freed;
      return Promise.resolve(freed);
    },
  };
  const settings = settingsSchema.parse({ keepFreeGb: 0.000_001 });
  const download = new DownloadRoom({
    room,
    clock,
    volume: { freeBytes: () => Promise.resolve(world.freeBytes) },
    settings: () => settings,
  });
  return { world, download, taken };
}

test('what is to stay free comes before what lies in the trash, which goes as far as it is needed', async () => {
  const { world, download } = scene({ freeBytes: 1200, trashBytes: 500 });
  await download.take(clip(200), anew, never);
  expect(world.trashBytes, 'it fits without').toBe(500);
  await download.take(clip(300, 2), anew, never);
  expect(world).toMatchObject({ trashBytes: 400, freeBytes: 1300 });
});

test('a clip that an empty trash does not help is refused with what the volume must have free', async () => {
  const { download, taken } = scene({ freeBytes: 1200, trashBytes: 100 });
  await expect(download.take(clip(500), { have: 100, totalBytes: null }, never)).rejects.toMatchObject({
    kind: 'space',
    refused: false,
    freeBytesNeeded: 1400,
  });
  download.settle(1, 100);
  expect(taken(), 'its part lies there').toBe(100);
});

test('a clip that the rules refuse says so, and what is here of it stays counted', async () => {
  const { world, download, taken } = scene({ freeBytes: 1e6, limitBytes: 1000 });
  await download.take(clip(900), anew, never);
  download.settle(1, 400);
  await download.take(clip(600, 2), anew, never);
  await expect(download.take(clip(900), { have: 400, totalBytes: null }, never)).rejects.toMatchObject({
    kind: 'space',
    refused: true,
    message: 'No room.',
    freeBytesNeeded: null,
  });
  download.settle(1, 400);
  expect(taken()).toBe(1000);
  download.settle(2, 0);
  await download.take(clip(900), { have: 400, totalBytes: null }, never);
  expect(taken(), 'its own part did not stand in its way').toBe(900);
  expect(world.asked).toEqual([900, 600, 900, 900]);
});

test('a camera that serves more than it listed is given no more than there is room for', async () => {
  const { world, download, taken } = scene({ freeBytes: 1e6, limitBytes: 1000 });
  await download.take(clip(null), anew, never);
  await download.extend(clip(null), 700, never);
  await download.extend(clip(null), 700, never);
  expect([taken(), world.asked.length]).toEqual([700, 2]);
  await expect(download.extend(clip(null), 1001, never)).rejects.toMatchObject({ refused: true });
  await expect(download.take(clip(null), { have: 0, totalBytes: 1001 }, never)).rejects.toMatchObject({
    refused: true,
  });
});

test('without rules only the disk counts', async () => {
  const settings = settingsSchema.parse({ keepFreeGb: 0 });
  const download = new DownloadRoom({
    clock,
    volume: { freeBytes: () => Promise.resolve(100) },
    settings: () => settings,
  });
  await download.take(clip(100), anew, never);
  await download.extend(clip(100), 200, never);
  expect(download.refusal({ bytes: 1, startedAt: 1 })).toBeNull();
  await expect(download.take(clip(101), anew, never)).rejects.toMatchObject({
    kind: 'space',
    refused: false,
  });
});

test('a clip that a reset clock has dated counts as one of now, as the archive will count it', async () => {
  const { world, download } = scene({ freeBytes: 1e6 });
  const dates = [now - 180 * day, now - 180 * day - 1, Date.UTC(2009, 0, 1), now + day];
  for (const [id, date] of dates.entries()) await download.take(clip(1, id, date), anew, never);
  expect(world.starts).toEqual([now - 180 * day, now, now, now]);
  expect(dates.map((startedAt) => download.refusal({ bytes: 1, startedAt }))).toEqual([
    'No room.',
    null,
    null,
    null,
  ]);
});
