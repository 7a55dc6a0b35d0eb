import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { ClipSource } from '../simulator/clip-source.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { reviveFailed } from '../src/server/sync/revive.ts';
import type { Layout } from '../src/shared/settings.ts';
import { DeletionBench } from './deletion-bench.ts';
import { archiveFiles, visibleFiles } from './invariants.ts';
import { addDrive, bytesOf, downloadsOf, rangeStart, useCamera } from './scenario.ts';

const bytes = 600_000;

/** A recording with a stretch of zeros in it, as some firmware leaves between its blocks. */
function withZeros(source: ClipSource, from: number, to: number): ClipSource {
  return {
    sizeBytes: source.sizeBytes,
    async *read(start, end) {
      let at = start;
      for await (const chunk of source.read(start, end)) {
        const copy = Buffer.from(chunk);
        copy.fill(0, clamp(from - at, copy.length), clamp(to - at, copy.length));
        at += copy.length;
        yield copy;
      }
    },
  };
}

const clamp = (value: number, most: number) => Math.max(0, Math.min(value, most));

test.each<[string, object]>([
  ['of unknown time and size', { remote_timecode: null, remote_size_exact: 0 }],
  ['of unknown time', { remote_timecode: null }],
])(
  'a clip %s that another recording of that name and size has replaced on the card is never joined from both',
  async (_name, unknown) => {
    const camera = await useCamera();
    const [entry] = addDrive(camera, { clips: 1, bytes });
    const bench = await DeletionBench.start(camera);
    Object.assign(entry!, { source: withZeros(tinyMp4Source(1, bytes), 100_000, 400_000) });
    await bench.list();
    await bench.db.updateTable('clip').set(unknown).execute();
    camera.faults.set({ dropAfterBytes: 300_000, limit: 1 });
    const clip = await bench.clip(entry!.name);
    await expect(bench.receive(clip)).rejects.toMatchObject({ kind: 'truncated' });
    const other = withZeros(tinyMp4Source(2, bytes), 100_000, 400_000);
    Object.assign(entry!, { source: other });
    await expect(bench.receive(clip)).rejects.toThrow(/another recording has taken the name/i);
    await bench.fetch();
    const { path } = await bench.clip(entry!.name);
    expect(await readFile(join(bench.recordings, path!))).toEqual(await bytesOf(other));
  },
);

test('a clip of unknown time that is still the same goes on from where it was, for a look at its beginning', async () => {
  const camera = await useCamera();
  const [entry] = addDrive(camera, { clips: 1, bytes });
  const bench = await DeletionBench.start(camera);
  await bench.list();
  await bench.db.updateTable('clip').set({ remote_timecode: null }).execute();
  camera.faults.set({ dropAfterBytes: 300_000, limit: 1 });
  await expect(bench.receive(await bench.clip(entry!.name))).rejects.toMatchObject({ kind: 'truncated' });
  await bench.fetch();
  expect(downloadsOf(camera).map(rangeStart)).toEqual([0, 0, expect.any(Number)]);
  expect(rangeStart(downloadsOf(camera)[2]!)).toBeGreaterThan(200_000);
  expect(downloadsOf(camera)[1]!.headers['range']).toBe('bytes=0-65535');
});

test('a clip whose size and time the camera tells goes on without a look at its beginning', async () => {
  const camera = await useCamera();
  const [entry] = addDrive(camera, { clips: 1, bytes });
  const bench = await DeletionBench.start(camera);
  await bench.list();
  camera.faults.set({ dropAfterBytes: 300_000, limit: 1 });
  await expect(bench.receive(await bench.clip(entry!.name))).rejects.toMatchObject({ kind: 'truncated' });
  await bench.fetch();
  expect(downloadsOf(camera)).toHaveLength(2);
});

test('a transfer that trickles is given up, and goes on from its bytes when the camera sends well again', async () => {
  const camera = await useCamera();
  const [entry] = addDrive(camera, { clips: 1, bytes });
  const bench = await DeletionBench.start(camera, { trickleMs: 100, minBytesPerSecond: 200_000 });
  await bench.list();
  const clip = await bench.clip(entry!.name);
  camera.faults.set({ dropAfterBytes: 200_000, limit: 1 });
  await expect(bench.receive(clip)).rejects.toMatchObject({ kind: 'truncated' });
  camera.faults.set({ dropAfterBytes: null, bytesPerSecond: 50_000 });
  await expect(bench.receive(clip)).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringMatching(/so slowly/),
  });
  expect(downloadsOf(camera)[1]!.bytesSent).toBeLessThan(bytes / 2);
  camera.faults.clear();
  await bench.fetch();
  const [, trickled, last] = downloadsOf(camera).map(rangeStart);
  expect(trickled).toBeGreaterThan(100_000);
  expect(last).toBeGreaterThanOrEqual(trickled!);
  expect(await bench.clip(entry!.name)).toMatchObject({ state: 'archived', complete: 1 });
});

test('a clip that the camera writes anew while it comes in is not filed', async () => {
  const camera = await useCamera();
  const [entry] = addDrive(camera, { clips: 1, bytes });
  const bench = await DeletionBench.start(camera);
  await bench.list();
  const anew = async () => {
    await bench.db.updateTable('clip').set({ remote_timecode: 1 }).execute();
  };
  await expect(bench.fetch(anew)).rejects.toThrow(/written this clip anew/);
  expect((await archiveFiles(bench.recordings)).filter((path) => path.endsWith('.MP4'))).toEqual([]);
  const asked = downloadsOf(camera).length;
  await bench.db.updateTable('clip').set({ state: 'waiting' }).execute();
  await bench.fetch();
  expect(rangeStart(downloadsOf(camera)[asked]!), 'nothing of it is trusted').toBe(0);
  expect(await bench.clip(entry!.name)).toMatchObject({ state: 'archived' });
});

test.each<[Layout, string]>([
  ['weekly', '2026-06-22'],
  ['monthly', '2026-06'],
  ['yearly', '2026'],
  ['none', ''],
])(
  'a clip that was put back where the layout %s had it is archived there without a byte',
  async (_old, folder) => {
    const camera = await useCamera();
    const [entry, other] = addDrive(camera, { clips: 2, bytes: 20_000 });
    const bench = await DeletionBench.start(camera);
    const path = [folder, entry!.name].filter((part) => part !== '').join('/');
    await mkdir(dirname(join(bench.recordings, path)), { recursive: true });
    await writeFile(join(bench.recordings, path), await bytesOf(entry!.source));
    await bench.list();
    await bench.fetch();
    expect(await bench.clip(entry!.name)).toMatchObject({ state: 'archived', path, origin: 'found' });
    expect(downloadsOf(camera, entry!.name)).toEqual([]);
    expect(downloadsOf(camera, other!.name)).toHaveLength(1);
  },
);

test('what only looks like the clip under another layout is not taken for it, nor is the file of another clip', async () => {
  const camera = await useCamera();
  const [cut, longer, taken] = addDrive(camera, { clips: 3, bytes: 20_000 });
  const bench = await DeletionBench.start(camera);
  const put = async (folder: string, name: string, content: Buffer) => {
    await mkdir(join(bench.recordings, folder), { recursive: true });
    await writeFile(join(bench.recordings, folder, name), content);
  };
  await put('2026-06', cut!.name, Buffer.alloc(cut!.source.sizeBytes, 1));
  await put('2026-06', longer!.name, Buffer.concat([await bytesOf(longer!.source), Buffer.from('more')]));
  await put('2026', taken!.name, await bytesOf(taken!.source));
  await bench.list();
  const { id } = await bench.clip(cut!.name);
  // As a clip of a second camera would have it that shares the folder.
  await bench.db
    .insertInto('part')
    .values({
      clip_id: id,
      path: `2026/${taken!.name}`,
      total_bytes: null,
      remote_timecode: null,
      durable_bytes: 0,
      boot_id: '',
      sha256: null,
      updated_at: 0,
    })
    .execute();
  const clip = await bench.clip(taken!.name);
  expect(await bench.receive(clip)).toMatchObject({
    path: `2026-06-28/${taken!.name}`,
    alreadyInPlace: false,
  });
  await bench.db.deleteFrom('part').where('clip_id', '=', id).execute();
  for (const entry of [cut, longer]) {
    expect(await bench.receive(await bench.clip(entry!.name))).toMatchObject({ alreadyInPlace: false });
  }
});

test('the bytes of an unfinished download are cleared away when its whole clip turns up under another layout', async () => {
  const camera = await useCamera();
  const [entry] = addDrive(camera, { clips: 1, bytes });
  const bench = await DeletionBench.start(camera);
  await bench.list();
  camera.faults.set({ dropAfterBytes: 300_000, limit: 1 });
  await expect(bench.receive(await bench.clip(entry!.name))).rejects.toMatchObject({ kind: 'truncated' });
  await mkdir(join(bench.recordings, '2026-06'), { recursive: true });
  await writeFile(join(bench.recordings, '2026-06', entry!.name), await bytesOf(entry!.source));
  await bench.fetch();
  expect(downloadsOf(camera)).toHaveLength(1);
  expect((await archiveFiles(bench.recordings)).filter((path) => path.includes('MP4'))).toEqual([
    `2026-06/${entry!.name}`,
  ]);
  expect(await visibleFiles(bench.recordings)).toEqual([`2026-06/${entry!.name}`]);
  expect(await bench.db.selectFrom('part').selectAll().execute()).toEqual([]);
});

test('a clip that does not fit waits with the numbers in its reason, and no request is made for it', async () => {
  const camera = await useCamera();
  const [entry] = addDrive(camera, { clips: 1, bytes });
  const bench = await DeletionBench.start(camera);
  bench.settings = { ...bench.settings, keepFreeGb: 100_000 };
  await bench.list();
  const failure = await bench.receive(await bench.clip(entry!.name)).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    kind: 'space',
    message: expect.stringMatching(
      /has [\d.]+ GB free; this clip needs 0\.00 GB and 100000\.00 GB are to stay free/,
    ),
    freeBytesNeeded: 100_000 * 1e9 + bytes,
  });
  expect(downloadsOf(camera)).toEqual([]);
  expect(await archiveFiles(bench.recordings)).not.toContainEqual(expect.stringMatching(/part$/));
});

test('clips that were given up wait again at the next visit with one attempt left, those of a moment ago do not', async () => {
  const camera = await useCamera();
  const [old, recent, gone] = addDrive(camera, { clips: 3, bytes: 20_000 });
  const bench = await DeletionBench.start(camera);
  await bench.list();
  const now = bench.clock.now();
  const fail = (name: string, patch: object) =>
    bench.db
      .updateTable('clip')
      .set({ state: 'failed', state_reason: 'refused', attempts: 5, state_at: now - 3_600_000, ...patch })
      .where('name', '=', name)
      .execute();
  await fail(old!.name, { last_error: 'It was refused.' });
  await fail(recent!.name, { state_at: now - 60_000 });
  await fail(gone!.name, { remote_gone_at: now });
  const revived = await reviveFailed({ db: bench.db, clips: new ClipRepository(), cameraId: 1, now });
  expect(revived.map((clip) => clip.name)).toEqual([old!.name]);
  expect(await bench.clip(old!.name)).toMatchObject({
    state: 'waiting',
    attempts: 4,
    next_attempt_at: null,
    last_error: 'It was refused.',
  });
  expect((await bench.clip(recent!.name)).state).toBe('failed');
  expect((await bench.clip(gone!.name)).state).toBe('failed');
});
