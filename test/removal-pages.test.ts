import { expect, test } from 'vitest';
import {
  AuditRepository,
  rulesDeletedSince,
  type AuditQuery,
} from '../src/server/retention/audit-repository.ts';
import { TrashRepository } from '../src/server/retention/trash-repository.ts';
import type { AuditRow } from '../src/server/db/schema.ts';
import { byAge, useRemoval, type Removal } from './removal-scenario.ts';
import { capturesOn, hourMs, seededNow } from './retention-seed.ts';

const audit = new AuditRepository();
const all: AuditQuery = {
  before: undefined,
  cameraId: undefined,
  by: undefined,
  action: undefined,
  name: undefined,
  limit: 100,
};

async function pages(removal: Removal, query: Partial<AuditQuery>): Promise<number[][]> {
  const found: number[][] = [];
  for (let before: string | undefined; ;) {
    const { entries, nextBefore } = await audit.page(removal.db, { ...all, ...query, before });
    found.push(entries.map((entry) => entry.id));
    if (nextBefore === null) return found;
    before = nextBefore;
  }
}

const auditRow = (index: number): Omit<AuditRow, 'id'> => ({
  at: seededNow - Math.floor(index / 3),
  action: index % 5 === 0 ? 'missing' : 'deleted',
  clip_id: 1,
  camera_id: (index % 2) + 1,
  channel: 'front',
  kind: 'normal',
  name: index === 6999 ? '50%_off.MP4' : `clip_${index}.MP4`,
  local_start: '2026-05-01T08:00:00',
  kept: 0,
  locked: 0,
  bytes: 10,
  path: 'x',
  why: JSON.stringify(index % 4 === 0 ? { by: 'hand', user: null } : byAge),
  sweep_id: index % 4 === 0 ? null : 1,
  gone_at: seededNow,
  restored_at: null,
});

test('the record of deletions is paged newest first, without gaps or doubles where many are of one instant', async () => {
  const removal = await useRemoval({ clips: capturesOn('2026-05-01', { captures: 1 }) });
  await removal.db.transaction().execute((trx) =>
    audit.insert(
      trx,
      Array.from({ length: 250 }, (_, index) => auditRow(index)),
    ),
  );
  const seen = await pages(removal, { limit: 100 });
  expect(seen.map((page) => page.length)).toEqual([100, 100, 50]);
  expect(new Set(seen.flat()).size).toBe(250);
  const newest = await removal.db
    .selectFrom('audit')
    .select('id')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  expect(seen.flat()).toEqual(newest.map((row) => row.id));
  await expect(audit.page(removal.db, { ...all, before: 'nonsense' })).rejects.toThrow(/not a place/);
});

test('filters narrow it, a name with wildcards is taken as it is, and a page that finds little goes on', async () => {
  const removal = await useRemoval({ clips: capturesOn('2026-05-01', { captures: 1 }) });
  await removal.db.transaction().execute((trx) =>
    audit.insert(
      trx,
      Array.from({ length: 7000 }, (_, index) => auditRow(index)),
    ),
  );
  const count = async (query: Partial<AuditQuery>) =>
    (await pages(removal, { limit: 500, ...query })).flat().length;
  expect(await count({ cameraId: 2 })).toBe(3500);
  expect(await count({ by: 'hand' })).toBe(1750);
  expect(await count({ action: 'missing', by: 'age' })).toBe(1050);
  expect(await count({ name: '%' })).toBe(1);
  expect(await count({ name: '_off' })).toBe(1);
  expect(await count({ name: 'CLIP_12' })).toBe(111);
  expect(await count({ name: 'nowhere' })).toBe(0);
});

test('what rules deleted since an instant leaves out what was missing, restored, older, or deleted by hand', async () => {
  const removal = await useRemoval({ clips: capturesOn('2026-05-01', { captures: 3 }) });
  await removal.byRule({ ids: [1] });
  removal.clock.advance(hourMs);
  const since = removal.clock.now();
  await removal.byRule({ ids: [2, 3] });
  await removal.byHand([4]);
  await removal.remover.restore([3]);
  await removal.carryOut();
  const [, second] = await removal.clips();
  expect(await rulesDeletedSince(removal.db, since)).toEqual({ clips: 1, bytes: second!.size_bytes });
  expect(await rulesDeletedSince(removal.db, since + 1)).toEqual({ clips: 0, bytes: 0 });
});

test('the trash is paged newest first, and says when it lets go of each clip', async () => {
  const removal = await useRemoval({ clips: capturesOn('2026-05-01', { captures: 3 }) });
  await removal.byRule({ ids: [1, 2, 3] });
  removal.clock.advance(hourMs);
  await removal.byHand([4, 5]);
  const trash = new TrashRepository();
  const first = await trash.page(removal.db, { before: undefined, limit: 3, trashHours: 24 });
  expect(first.clips.map((clip) => [clip.clipId, clip.why.by])).toEqual([
    [5, 'hand'],
    [4, 'hand'],
    [3, 'age'],
  ]);
  expect(first.clips[0]!.goneAt).toBe(seededNow + 25 * hourMs);
  const rest = await trash.page(removal.db, { before: first.nextBefore!, limit: 3, trashHours: 24 });
  expect([rest.clips.map((clip) => clip.clipId), rest.nextBefore]).toEqual([[2, 1], null]);
});
