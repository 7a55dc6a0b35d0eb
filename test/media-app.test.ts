import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { expect, onTestFinished, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { orphanArtifacts } from '../src/server/db/artifact-orphans.ts';
import { databaseFileName, openDatabase } from '../src/server/db/open.ts';
import type { ArtifactRow } from '../src/server/db/schema-media.ts';
import type { Schema } from '../src/server/db/schema.ts';
import { orphanGone } from '../src/server/media/artifact-gone.ts';
import {
  artifactOf,
  countFailures,
  dropArtifacts,
  dropOutdated,
  failures,
  failuresDue,
  keysKnown,
  leastUsed,
  noteRetry,
  orphans,
  retryFailures,
} from '../src/server/media/artifact-rows.ts';
import { mediaOfClips, type ClipForMedia } from '../src/server/media/clip-media.ts';
import {
  countMediaDue,
  dueAhead,
  knownFacts,
  mediaClip,
  nextFacts,
  nextPictures,
  putFacts,
  retryFacts,
  settlePictures,
  type FactPatch,
} from '../src/server/media/media-due.ts';
import { artifactsAfter } from '../src/server/media/older-retry.ts';
import { copiesKnown, mayNeedCopy } from '../src/server/media/repair-rows.ts';
import { footage } from './media-scenario.ts';
import { useApp, waitLong } from './scenario.ts';
import type { TestApp } from './test-app.ts';

/** The whole program on an archive that is there already. */
async function useArchive(names: readonly string[]): Promise<TestApp> {
  const recordings = await mkdtemp(join(tmpdir(), 'viofosync-archive-'));
  onTestFinished(() => rm(recordings, { recursive: true, force: true }));
  await mkdir(join(recordings, '2026-06-28'));
  const bytes = await footage({ durationSeconds: 2 });
  for (const name of names) await writeFile(join(recordings, '2026-06-28', name), bytes);
  return useApp({ recordings });
}

const pictures = async ({ configDir }: TestApp): Promise<number> => {
  const entries = await readdir(join(configDir, 'cache'), { recursive: true }).catch(() => []);
  return entries.filter((entry) => entry.endsWith('.webp')).length;
};

const captures = async (app: TestApp) =>
  (await app.call(routes.getDay, { params: { day: '2026-06-28' } })).captures;

test('a day of an archive is shown with pictures; they go with a clip, and come back with it', async () => {
  const app = await useArchive(['2026_0628_133416_0001F.MP4', '2026_0628_133516_0002F.MP4']);
  await vi.waitFor(async () => {
    const media = (await captures(app)).flatMap(({ clips }) => clips.map((clip) => clip.media));
    const ready = { thumbnail: 'ready', filmstrip: 'ready', health: 'whole' };
    expect(media).toMatchObject([ready, ready]);
  }, waitLong);
  expect(await pictures(app)).toBe(4);
  const { id } = (await captures(app))[0]!.clips[0]!;
  await app.call(routes.deleteClips, { body: { clipIds: [id], includeProtected: true } });
  await vi.waitFor(async () => expect(await pictures(app)).toBe(2), waitLong);
  await app.call(routes.restoreClips, { body: { clipIds: [id] } });
  await vi.waitFor(async () => expect(await pictures(app)).toBe(4), waitLong);
  await vi.waitFor(async () => {
    const { cache } = await app.call(routes.getMediaStatus);
    expect(cache).toMatchObject({ thumbnails: 2, filmstrips: 2, proxies: 0 });
  }, waitLong);
});

test('what the cache has is answered once, from there alone, and known again by its tag', async () => {
  const app = await useArchive(['2026_0628_133416_0001F.MP4']);
  const clip = async () => (await captures(app))[0]?.clips[0];
  const ready = { thumbnail: 'ready', filmstrip: 'ready', health: 'whole' };
  await vi.waitFor(async () => expect((await clip())?.media).toMatchObject(ready), waitLong);
  const { id } = (await clip())!;
  // Whoever would go on to the file itself finds none.
  await rename(app.recordings, `${app.recordings}-away`);
  onTestFinished(() => rename(`${app.recordings}-away`, app.recordings));
  for (const kind of ['picture', 'filmstrip']) {
    const answer = await app.fetch(`/api/clips/${id}/${kind}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect((await answer.arrayBuffer()).byteLength).toBe(Number(answer.headers.get('content-length')));
    const tag = answer.headers.get('etag')!;
    const again = await app.fetch(`/api/clips/${id}/${kind}`, { headers: { 'if-none-match': tag } });
    expect([again.status, again.headers.get('etag')]).toEqual([304, tag]);
  }
});

/** What goes through a partial index that holds only what is due, failed or in the cache. */
const partial = /USING (COVERING )?INDEX (clip_media_due|clip_media_error|clip_repair_due|artifact_\w+)\b/;

test('nothing that is asked for each clip or request goes through all clips or all that was made of them', async () => {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-plans-'));
  onTestFinished(() => rm(configDir, { recursive: true, force: true }));
  await (await openDatabase({ configDir, now: new Date(0) })).destroy();
  const file = new SqliteDatabase(join(configDir, databaseFileName));
  const statements = new Set<string>();
  const db = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: file }),
    log: ({ query }) => void statements.add(query.sql),
  });
  const clip = { id: 1, state: 'archived', sha256: null, repair: null } as ClipForMedia;
  const row = { clip_id: 1, kind: 'proxy', state: 'ready', made_at: null } as ArtifactRow;
  await nextFacts(db, 20);
  await nextPictures(db);
  await knownFacts(db, [1]);
  await mediaClip(db, 1);
  await settlePictures(db, 1);
  await putFacts(db, [{ id: 1 } as FactPatch]);
  await countMediaDue(db);
  await retryFacts(db);
  const versions = { facts: 1, thumbnail: 1, filmstrip: 1 };
  await dueAhead(db, 0, { known: { ...versions, filmstrip: 0 }, wanted: versions });
  await dueAhead(db, 0, { known: { ...versions, facts: 0 }, wanted: versions });
  await mediaOfClips(db, [clip]);
  await artifactOf(db, 1, 'proxy');
  await dropArtifacts(db, [row]);
  await leastUsed(db, 'proxy', { before: 0, limit: 1 });
  await orphans(db, 1);
  await keysKnown(db, 'proxy', ['a']);
  await dropOutdated(db, [clip]);
  await noteRetry(db, row, { error: '', at: 0 });
  await copiesKnown(db);
  await mayNeedCopy(db, { name: 'a', sizeBytes: 1 });
  await orphanGone(db, 0, new AbortController().signal);
  await failures(db, 50);
  await countFailures(db);
  await failuresDue(db, ['thumbnail'], { now: 0, limit: 1 });
  await retryFailures(db, ['thumbnail'], { now: 0, limit: 1 });
  await artifactsAfter(db);
  await orphanArtifacts(db, [1]);
  const bad = [...statements].flatMap((text) => {
    const steps = file.prepare(`explain query plan ${text}`).all(
      ...text
        .split('?')
        .slice(1)
        .map(() => null),
    );
    const scans = (steps as { detail: string }[]).filter(
      ({ detail }) => /^SCAN "?(clip|artifact)\b/.test(detail) && !partial.test(detail),
    );
    return scans.map(({ detail }) => `${detail}: ${text}`);
  });
  expect(bad).toEqual([]);
  expect(statements.size).toBeGreaterThan(20);
  await db.destroy();
});
