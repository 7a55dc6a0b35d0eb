import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import { markerName } from '../src/server/archive/archive-volume.ts';
import { expectInvariants } from './invariants.ts';
import { capturesOn, hourMs, seededNow, useArchive } from './retention-seed.ts';
import { allClips, handClock, waitLong } from './scenario.ts';
import type { TestApp } from './test-app.ts';

const clips = capturesOn('2026-06-01', { captures: 2 });
const statesOf = async (app: TestApp) => (await allClips(app)).map((clip) => clip.state);

async function untilStates(app: TestApp, ...states: string[]): Promise<void> {
  await vi.waitFor(async () => expect(await statesOf(app)).toEqual(states), waitLong);
}

test('a person deletes clips, finds them in the trash with the reason, and brings them back', async () => {
  const app = await (await useArchive({ clips })).open();
  const order = await app.call(routes.deleteClips, { body: { clipIds: [1, 2] } });
  expect(order).toMatchObject({ ordered: 2, toTrash: true });
  await untilStates(app, 'deleted', 'deleted', 'archived', 'archived');
  const trash = await app.call(routes.listTrash, { query: {} });
  expect(trash.total).toEqual({ clips: 2, bytes: order.bytes });
  expect(trash.clips[0]).toMatchObject({
    why: { by: 'hand', user: null },
    trashedAt: seededNow,
    goneAt: seededNow + 24 * hourMs,
  });
  const { entries } = await app.call(routes.listAudit, { query: {} });
  expect(entries.map((entry) => [entry.action, entry.inTrash])).toEqual([
    ['trashed', true],
    ['trashed', true],
  ]);
  await app.call(routes.restoreClips, { body: { clipIds: [1] } });
  await untilStates(app, 'archived', 'deleted', 'archived', 'archived');
  await app.call(routes.emptyTrash, { body: {} });
  await vi.waitFor(
    async () => expect((await app.call(routes.listTrash, { query: {} })).total.clips).toBe(0),
    waitLong,
  );
  await expectInvariants(app);
});

test('keeping clips by hand is counted, and written beside them', async () => {
  const app = await (await useArchive({ clips })).open();
  expect(await app.call(routes.keepClips, { body: { clipIds: [1, 2], kept: true } })).toEqual({
    changed: 2,
    clipIds: [1, 2],
  });
  expect(await app.call(routes.keepClips, { body: { clipIds: [1], kept: true } })).toEqual({
    changed: 0,
    clipIds: [],
  });
  expect((await app.call(routes.deleteClips, { body: { clipIds: [1, 3] } })).left.kept).toBe(1);
  await untilStates(app, 'archived', 'archived', 'deleted', 'archived');
  const path = (await allClips(app))[0]!.path!;
  await vi.waitFor(() => access(join(app.recordings, `${path}.json`)), waitLong);
  await expectInvariants(app);
});

test('what was ordered while the volume was away is done after a restart, when it is back', async () => {
  const seed = await useArchive({ clips });
  const app = await seed.open();
  await app.call(routes.getStatus);
  const marker = join(seed.recordings, markerName);
  await rm(marker);
  await app.restart({ clock: handClock(seededNow) });
  await vi.waitFor(
    async () => expect((await app.call(routes.getStatus)).archive.state).toBe('unmarked'),
    waitLong,
  );
  await app.call(routes.deleteClips, { body: { clipIds: [1] } });
  expect((await app.call(routes.getRetention)).pending).toBe(1);
  expect(await statesOf(app)).toEqual(['archived', 'archived', 'archived', 'archived']);
  await app.call(routes.acceptVolume);
  await untilStates(app, 'deleted', 'archived', 'archived', 'archived');
  await expectInvariants(app);
});
