import { expect, test } from 'vitest';
import type { ClipSelection, QueueChange } from '../src/shared/queue.ts';
import { addCamera, minute, now, recountOfDays, useQueueLedger, type QueueLedger } from './queue-ledger.ts';

const hour = 60 * minute;
const skippedBy = (reason: 'user' | 'place' | 'retention' | 'duplicate') =>
  ({ state: 'skipped', state_reason: reason }) as const;
const heldFor = (reason: 'recording' | 'rule' | 'connection' | 'retention') =>
  ({ state: 'held', state_reason: reason }) as const;

async function order({ order: queue }: QueueLedger) {
  return (await queue.sections()).waiting.map(({ id, reason }) => ({ id, reason }));
}

/** The token of a change that changed this many. */
function token(change: QueueChange, changed: number): string {
  expect(change.changed).toBe(changed);
  return change.undo ?? '';
}

/** All rows as an undo has to leave them; when a state was entered is not taken back. */
async function everything({ db }: QueueLedger) {
  const rows = await db.selectFrom('clip').selectAll().orderBy('id').execute();
  return rows.map(({ state_at: _at, ...row }) => row);
}

test('named clips come first in the order they are named, past every rule, whatever stopped them', async () => {
  const ledger = await useQueueLedger();
  const waiting = await ledger.add({ started_at: now - 3 * hour, next_attempt_at: now + hour, attempts: 2 });
  const other = await ledger.add({ started_at: now - 1 * hour, rank: -4 });
  const failed = await ledger.add({ started_at: now - 4 * hour, state: 'failed', attempts: 5 });
  const held = await ledger.add({ started_at: now - 5 * hour, kind: 'parking', ...heldFor('rule') });
  const skipped = await ledger.add({ started_at: now - 6 * hour, ...skippedBy('user') });
  const atHome = await ledger.add({ started_at: now - 7 * hour, ...skippedBy('place') });
  const photo = await ledger.add({ container: 'jpg', state: 'listed', state_reason: 'photo' });
  await ledger.setCamera({ main_rule: 'no_parking' });
  const before = await everything(ledger);
  const named = [skipped, photo, held, failed, waiting, atHome];
  const undo = token(await ledger.actions.first({ clipIds: [...named, skipped] }), 6);
  expect(await order(ledger)).toEqual([...named, other].map((id) => ({ id, reason: 'asked' })));
  expect(await ledger.next()).toBe(skipped);
  expect((await ledger.row(waiting)).attempts).toBe(0);
  expect((await ledger.row(atHome)).place_released_at, 'no rule by place skips it again').toBe(now);
  const { cached, counts } = await recountOfDays(ledger);
  expect(cached).toEqual(counts);
  expect(await ledger.actions.undo(undo)).toEqual({ changed: 6, undo: null });
  expect(await everything(ledger)).toEqual(before);
});

test('what the camera holds no more, the archive has or is under way cannot be asked for', async () => {
  const ledger = await useQueueLedger();
  const clipIds = [
    await ledger.add({ ...skippedBy('user'), remote_gone_at: now }),
    await ledger.add({ ...skippedBy('user'), remote_path: null, started_at: now - hour }),
    await ledger.add({ ...skippedBy('duplicate'), started_at: now - 2 * hour }),
    await ledger.add({ state: 'archived', path: 'x.mp4', started_at: now - 3 * hour }),
    await ledger.add({ state: 'transferring', started_at: now - 4 * hour }),
    999_999,
  ];
  expect(await ledger.actions.first({ clipIds })).toEqual({ changed: 0, undo: null });
  expect(ledger.told.size, 'nobody is told of nothing').toBe(0);
});

test('a clip that is still being recorded keeps being held, and comes first when that is over', async () => {
  const ledger = await useQueueLedger();
  const held = await ledger.add(heldFor('recording'));
  token(await ledger.actions.first({ clipIds: [held] }), 1);
  expect(await ledger.row(held)).toMatchObject({ ...heldFor('recording'), rank: -1 });
});

const spans: [string, ClipSelection][] = [
  ['a day', { day: '2026-06-28' }],
  ['the last hours', { lastHours: 3 }],
  ['a drive', { from: now - 3 * hour, to: now, cameraId: 1 }],
];
test.each(spans)(
  '%s put first comes newest drive first, front before rear; photos are not meant',
  async (_, selection) => {
    const ledger = await useQueueLedger();
    const outside = await ledger.add({ started_at: now - 40 * hour, local_day: '2026-06-26', locked: 1 });
    const photo = await ledger.add({ container: 'jpg', state: 'listed', state_reason: 'photo' });
    const clip = (age: number, channel: 'front' | 'rear') =>
      ledger.add({ started_at: now - age * minute, channel });
    const older = await ledger.add({ started_at: now - 100 * minute, ...skippedBy('user') });
    const [rear1, front1, rear0, front0] = [
      await clip(2, 'rear'),
      await clip(2, 'front'),
      await clip(1, 'rear'),
      await clip(1, 'front'),
    ];
    token(await ledger.actions.first(selection), 5);
    const asked = [front0, front1, rear0, rear1, older].map((id) => ({ id, reason: 'asked' }));
    expect(await order(ledger)).toEqual([...asked, { id: outside, reason: 'locked' }]);
    expect(await ledger.states(photo)).toEqual(['listed(photo)']);
    expect(ledger.told).toEqual(new Map([[1, new Set(['2026-06-28'])]]));
  },
);

test('what is asked for later comes before what was asked for earlier', async () => {
  const ledger = await useQueueLedger();
  const [first, second] = [await ledger.add(), await ledger.add({ started_at: now - hour })];
  await ledger.actions.first({ clipIds: [second] });
  await ledger.actions.first({ clipIds: [first] });
  expect((await order(ledger)).map(({ id }) => id)).toEqual([first, second]);
});

test('a selection of one camera leaves the other alone', async () => {
  const ledger = await useQueueLedger();
  const cameraId = await addCamera(ledger.db, 'Van');
  const [mine, other] = [await ledger.add(), await ledger.add({ camera_id: cameraId })];
  for (const selection of [
    { day: '2026-06-28', cameraId },
    { lastHours: 3, cameraId },
  ]) {
    token(await ledger.actions.skip(selection), 1);
    expect(await ledger.states(mine, other)).toEqual(['waiting', 'skipped(user)']);
    token(await ledger.actions.unskip(selection), 1);
  }
  token(await ledger.actions.skip({ lastHours: 3 }), 2);
});

test('clips put last come after everything, and what had been asked for is under the rules again', async () => {
  const ledger = await useQueueLedger();
  const [asked, parking, failed] = [
    await ledger.add({ rank: -3 }),
    await ledger.add({ kind: 'parking', started_at: now - hour }),
    await ledger.add({ state: 'failed', started_at: now - 2 * hour }),
  ];
  const undo = token(await ledger.actions.last({ clipIds: [asked, failed] }), 2);
  expect(await order(ledger)).toEqual([
    { id: parking, reason: 'parking' },
    { id: asked, reason: 'last' },
  ]);
  expect(await ledger.row(failed)).toMatchObject({ state: 'failed', rank: 1 });
  expect(await ledger.actions.undo(undo)).toEqual({ changed: 2, undo: null });
  expect((await ledger.row(asked)).rank).toBe(-3);
  await ledger.setCamera({ main_rule: 'nothing' });
  token(await ledger.actions.last({ clipIds: [asked] }), 1);
  expect(await ledger.states(asked)).toEqual(['held(rule)']);
});

test('skipped clips leave the queue until they are unskipped, photos only where photos are fetched', async () => {
  const ledger = await useQueueLedger();
  const clips = [
    await ledger.add({ rank: -2 }),
    await ledger.add({ started_at: now - hour, ...heldFor('recording') }),
    await ledger.add({ started_at: now - 2 * hour, state: 'failed', attempts: 5 }),
    await ledger.add({ container: 'jpg', state: 'listed', state_reason: 'photo' }),
  ];
  const archived = await ledger.add({ state: 'archived', path: 'x.mp4', started_at: now - 3 * hour });
  const before = await everything(ledger);
  const undo = token(await ledger.actions.skip({ clipIds: [...clips, archived] }), 4);
  expect(await ledger.states(...clips)).toEqual(clips.map(() => 'skipped(user)'));
  expect(await ledger.order.places()).toEqual([]);
  const { cached, counts } = await recountOfDays(ledger);
  expect(cached).toEqual(counts);
  expect(await ledger.actions.undo(undo)).toMatchObject({ changed: 4 });
  expect(await everything(ledger)).toEqual(before);
  await ledger.actions.skip({ clipIds: clips });
  await ledger.setCamera({ main_rule: 'locked_only' });
  token(await ledger.actions.unskip({ clipIds: clips }), 4);
  expect(await ledger.states(...clips)).toEqual(['held(rule)', 'held(rule)', 'held(rule)', 'listed(photo)']);
  expect((await ledger.row(clips[0] ?? 0)).rank).toBeNull();
});

test('what the camera holds no more stays skipped, and is not counted', async () => {
  const ledger = await useQueueLedger();
  const gone = await ledger.add({ ...skippedBy('user'), remote_gone_at: now });
  const double = await ledger.add({ ...skippedBy('duplicate'), started_at: now - hour });
  const atHome = await ledger.add({ ...skippedBy('place'), started_at: now - 2 * hour });
  token(await ledger.actions.unskip({ clipIds: [gone, double, atHome] }), 1);
  expect(await ledger.states(gone, double, atHome)).toEqual([
    'skipped(user)',
    'skipped(duplicate)',
    'waiting',
  ]);
  expect((await ledger.row(atHome)).place_released_at).toBe(now);
});

test('a clip under way is stopped before it is skipped, and does not begin again meanwhile', async () => {
  const ledger = await useQueueLedger();
  const [other, running] = [
    await ledger.add({ started_at: now - hour }),
    await ledger.add({ state: 'transferring', rank: -1 }),
  ];
  const stopTransfer = ledger.stopTransfer.bind(ledger);
  const stopped: number[] = [];
  ledger.stopTransfer = async (id) => {
    stopped.push(id);
    await stopTransfer(id);
    ledger.order.invalidate();
    expect(await ledger.next(), 'the next to be fetched').toBe(other);
  };
  const undo = token(await ledger.actions.skip({ clipIds: [running] }), 1);
  expect(stopped).toEqual([running]);
  expect(await ledger.states(running)).toEqual(['skipped(user)']);
  await ledger.actions.undo(undo);
  expect(await ledger.row(running)).toMatchObject({ state: 'waiting', rank: -1 });
});

test('a clip that is finished before it is stopped is neither skipped nor cancelled', async () => {
  const ledger = await useQueueLedger();
  ledger.stopTransfer = async (id) => {
    const patch = { path: `${id}.mp4`, rank: null };
    const change = { to: 'archived', reason: null, at: now, patch } as const;
    await ledger.clips.transition(ledger.db, [id], ['transferring'], change);
  };
  const [one, other] = [
    await ledger.add({ state: 'transferring' }),
    await ledger.add({ state: 'transferring', started_at: now - hour }),
  ];
  expect(await ledger.actions.skip({ clipIds: [one] })).toEqual({ changed: 0, undo: null });
  expect(await ledger.actions.cancel(other)).toEqual({ changed: 0, undo: null });
  expect(await ledger.states(one, other)).toEqual(['archived', 'archived']);
});

test('a cancelled transfer goes to the end of the queue, and back to its place when that is undone', async () => {
  const ledger = await useQueueLedger();
  const [other, parking, running] = [
    await ledger.add({ started_at: now - hour }),
    await ledger.add({ kind: 'parking', started_at: now - 2 * hour }),
    await ledger.add({ state: 'transferring' }),
  ];
  const undo = token(await ledger.actions.cancel(running), 1);
  expect((await order(ledger)).at(-1)).toEqual({ id: running, reason: 'last' });
  await ledger.actions.undo(undo);
  expect((await order(ledger)).map(({ id }) => id)).toEqual([running, other, parking]);
  expect(await ledger.actions.cancel(other), 'it is not under way').toEqual({ changed: 0, undo: null });
  await expect(ledger.actions.cancel(999_999)).rejects.toMatchObject({ code: 'not_found' });
});

test('a cancelled clip that is the only one left may come again, and can still be undone', async () => {
  const ledger = await useQueueLedger();
  const running = await ledger.add({ state: 'transferring', rank: -7 });
  ledger.stopTransfer = () => Promise.resolve();
  const undo = token(await ledger.actions.cancel(running), 1);
  expect(await ledger.row(running)).toMatchObject({ state: 'transferring', rank: 1 });
  await ledger.actions.undo(undo);
  expect(await ledger.row(running)).toMatchObject({ state: 'transferring', rank: -7 });
});

test('failed clips are tried again, all of them or those named, as the rules allow', async () => {
  const ledger = await useQueueLedger();
  const failed = { state: 'failed', state_reason: 'refused', attempts: 5 } as const;
  const [named, other, parking] = [
    await ledger.add(failed),
    await ledger.add({ ...failed, started_at: now - hour }),
    await ledger.add({ ...failed, kind: 'parking', started_at: now - 2 * hour }),
  ];
  const undo = token(await ledger.actions.retry([named]), 1);
  expect(await ledger.states(named, other)).toEqual(['waiting', 'failed(refused)']);
  await ledger.actions.undo(undo);
  expect(await ledger.row(named)).toMatchObject(failed);
  await ledger.setCamera({ main_rule: 'no_parking' });
  token(await ledger.actions.retry(), 3);
  expect(await ledger.states(named, other, parking)).toEqual(['waiting', 'waiting', 'held(rule)']);
  expect((await ledger.row(other)).attempts).toBe(0);
});

test('an undo leaves alone what has happened since, and knows the rules of now', async () => {
  const ledger = await useQueueLedger();
  const [moved, gone, ruled] = [
    await ledger.add(),
    await ledger.add({ started_at: now - hour }),
    await ledger.add({ started_at: now - 2 * hour, kind: 'parking' }),
  ];
  const undo = token(await ledger.actions.skip({ clipIds: [moved, gone, ruled] }), 3);
  await ledger.actions.unskip({ clipIds: [moved] });
  await ledger.actions.first({ clipIds: [moved] });
  await ledger.db.updateTable('clip').set({ remote_gone_at: now }).where('id', '=', gone).execute();
  await ledger.setCamera({ main_rule: 'no_parking' });
  expect(await ledger.actions.undo(undo)).toEqual({ changed: 1, undo: null });
  expect(await ledger.states(moved, gone, ruled)).toEqual(['waiting', 'skipped(user)', 'held(rule)']);
  expect((await ledger.row(moved)).rank).toBe(-1);
  await expect(ledger.actions.undo(undo)).rejects.toMatchObject({ code: 'not_found' });
});

test('a change of thousands of clips is whole, and so is its undo', async () => {
  const ledger = await useQueueLedger();
  const template = await ledger.row(await ledger.add());
  const { id: _, ...columns } = template;
  const many = Array.from({ length: 2500 }, (__, index) => ({
    ...columns,
    name: `${index}.MP4`,
    started_at: now - index * minute,
  }));
  for (let at = 0; at < many.length; at += 400)
    await ledger.db
      .insertInto('clip')
      .values(many.slice(at, at + 400))
      .execute();
  await ledger.clips.refresh(ledger.db, [template]);
  const rows = await ledger.db.selectFrom('clip').select('id').orderBy('id').execute();
  const clipIds = rows.map((row) => row.id);
  const undo = token(await ledger.actions.first({ clipIds }), 2501);
  expect((await order(ledger)).map(({ id }) => id)).toEqual(clipIds);
  expect(await ledger.actions.undo(undo)).toMatchObject({ changed: 2501 });
  const ranked = await ledger.db.selectFrom('clip').select('id').where('rank', 'is not', null).execute();
  expect(ranked).toEqual([]);
});
