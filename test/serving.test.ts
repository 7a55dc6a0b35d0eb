import { readdir, readlink, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Capture, Clip } from '../src/shared/clips.ts';
import { rebuildDays } from '../src/server/archive/day-repository.ts';
import { useProxyArchive, type ProxyArchive } from './proxy-scenario.ts';
import { waitLong } from './scenario.ts';

const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, index) => index % 251));
const sha256 = 'ab12'.repeat(16);
const version = sha256.slice(0, 16);

const video = (archive: ProxyArchive, id: number, headers: Record<string, string> = {}, query = '') =>
  fetch(`${archive.url}/api/clips/${id}/video${query}`, { headers });

test('a clip is kept for ever under the name of its bytes, by its owner alone, and asked about under any other', async () => {
  const archive = await useProxyArchive();
  const id = await archive.add('A.MP4', bytes, { sha256 });
  const named = await video(archive, id, {}, `?v=${version}.11`);
  expect(named.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
  expect(named.headers.get('etag')).toBe(`"${version}"`);
  expect(named.headers.get('accept-ranges')).toBe('bytes');
  expect(named.headers.get('content-length')).toBe('700000');
  expect(Buffer.from(await named.arrayBuffer()).equals(bytes)).toBe(true);
  for (const query of ['', '?v=0']) {
    const other = await video(archive, id, {}, query);
    expect(other.headers.get('cache-control')).toBe('private, no-cache');
    await other.arrayBuffer();
  }
  expect(archive.played).toEqual([id, id, id]);
});

test('who has the bytes is told so without waking a disk', async () => {
  const archive = await useProxyArchive();
  const id = await archive.add('A.MP4', bytes, { sha256 });
  await rename(archive.root, `${archive.root}-gone`);
  const answer = await video(archive, id, { 'if-none-match': `"${version}"` });
  expect([answer.status, await answer.text()]).toEqual([304, '']);
  expect(answer.headers.get('etag')).toBe(`"${version}"`);
  expect(archive.played).toEqual([]);
  expect((await video(archive, id)).status).toBe(404);
});

test('a range goes on only where the bytes are still the same', async () => {
  const archive = await useProxyArchive();
  const id = await archive.add('A.MP4', bytes, { sha256 });
  const range = 'bytes=300000-300009';
  const same = await video(archive, id, { range, 'if-range': `"${version}"` });
  expect([same.status, same.headers.get('content-range')]).toEqual([206, 'bytes 300000-300009/700000']);
  expect(Buffer.from(await same.arrayBuffer())).toEqual(bytes.subarray(300_000, 300_010));
  const other = await video(archive, id, { range, 'if-range': '"other"' });
  expect([other.status, (await other.arrayBuffer()).byteLength]).toEqual([200, 700_000]);
  const behind = await video(archive, id, { range: 'bytes=700000-' });
  expect([behind.status, behind.headers.get('content-range')]).toEqual([416, 'bytes */700000']);
  expect(await behind.text()).toBe('');
});

test('a file that is not the one of the ledger has a tag of its own, and is not kept', async () => {
  const archive = await useProxyArchive();
  const id = await archive.add('A.MP4', bytes, { sha256 });
  const place = join(archive.root, '2026-06-28/A.MP4');
  await writeFile(place, bytes.subarray(0, 1000));
  const first = await video(archive, id, {}, `?v=${version}`);
  expect(first.headers.get('cache-control')).toBe('private, no-cache');
  expect((await first.arrayBuffer()).byteLength).toBe(1000);
  const tag = first.headers.get('etag') ?? '';
  expect(tag).not.toBe(`"${version}"`);
  expect((await video(archive, id, { 'if-none-match': tag })).status).toBe(304);
  await utimes(place, new Date(0), new Date(0));
  expect((await video(archive, id, { 'if-none-match': tag })).status).toBe(200);
});

test('a HEAD tells everything and sends nothing, and a photo is a picture that nobody plays', async () => {
  const archive = await useProxyArchive();
  const id = await archive.add('A.JPG', bytes, { container: 'jpg', sha256 });
  const head = await fetch(`${archive.url}/api/clips/${id}/video`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), head.headers.get('content-type')]).toEqual([
    200,
    '700000',
    'image/jpeg',
  ]);
  expect((await (await video(archive, id)).arrayBuffer()).byteLength).toBe(700_000);
  expect(archive.played).toEqual([]);
  expect(await openFiles(archive)).toEqual([]);
});

test('a file is closed when the browser goes away in the middle of it', async () => {
  const archive = await useProxyArchive();
  const id = await archive.add('A.MP4', Buffer.alloc(30_000_000), { sha256 });
  const asked = request(`${archive.url}/api/clips/${id}/video`).on('error', () => undefined);
  const answered = once(asked, 'response');
  asked.end();
  const [answer] = (await answered) as [IncomingMessage];
  await once(answer, 'readable');
  expect(await openFiles(archive)).toHaveLength(1);
  asked.destroy();
  await vi.waitFor(async () => expect(await openFiles(archive)).toEqual([]), waitLong);
});

test('what is no file is not there: a folder, a pipe, a link to nowhere', async () => {
  const archive = await useProxyArchive();
  const ids = [];
  for (const name of ['A.MP4', 'B.MP4', 'C.MP4']) ids.push(await archive.add(name, bytes));
  const [a, b, c] = ['A', 'B', 'C'].map((name) => join(archive.root, `2026-06-28/${name}.MP4`));
  for (const place of [a!, b!, c!]) await rm(place);
  execFileSync('mkdir', [a!]);
  execFileSync('mkfifo', [b!]);
  await symlink('/nowhere', c!);
  for (const id of ids) expect((await video(archive, id)).status).toBe(404);
  expect(await openFiles(archive)).toEqual([]);
});

test('a clip and its day tell what can be shown and played, and the address they give is kept for ever', async () => {
  const archive = await useProxyArchive();
  const id = await archive.add('A.MP4', bytes, { codecs: 'avc1.640028', complete: 1 });
  await rebuildDays(archive.db);
  await rename(archive.root, `${archive.root}-asleep`);
  const clip = (await (await fetch(`${archive.url}/api/clips/${id}`)).json()) as Clip;
  expect(clip.media).toMatchObject({ codecs: 'avc1.640028', health: 'whole', proxy: 'none' });
  const day = await fetch(`${archive.url}/api/days/2026-06-28`);
  const { captures } = (await day.json()) as { captures: Capture[] };
  expect(captures[0]?.clips[0]?.media).toEqual(clip.media);
  await rename(`${archive.root}-asleep`, archive.root);
  const answer = await video(archive, id, {}, `?v=${clip.media?.version}`);
  expect(answer.headers.get('cache-control')).toMatch(/immutable/);
  await answer.arrayBuffer();
});

test('a repaired copy is served out of the archive with ranges', async () => {
  const archive = await useProxyArchive();
  const id = await archive.add('A.MP4', bytes, { sha256, repair: 'repaired' });
  const address = `${archive.url}/api/clips/${id}/repaired`;
  expect((await fetch(address)).status).toBe(404);
  const path = '2026-06-28/fixed.MP4';
  await writeFile(join(archive.root, path), bytes.subarray(0, 5000));
  const detail = JSON.stringify({ path, how: 'index', durationMs: 1000 });
  const key = 'ab'.repeat(16);
  const row = { clip_id: id, kind: 'repair', key, state: 'ready', detail, version: 1, used_at: 0 } as const;
  await archive.db.insertInto('artifact').values(row).execute();
  const answer = await fetch(`${address}?v=${version}`, { headers: { range: 'bytes=-10' } });
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([206, 'private, max-age=86400']);
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes.subarray(4990, 5000));
  expect(archive.played).toEqual([id]);
});

/** Files of the archive that this process has open. */
async function openFiles({ root }: ProxyArchive): Promise<string[]> {
  const open = await readdir('/proc/self/fd');
  const places = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return places.filter((place) => place.startsWith(root));
}
