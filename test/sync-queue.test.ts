import { expect, test } from 'vitest';
import { clipView } from '../src/server/archive/clip-view.ts';
import { QueueOrder } from '../src/server/sync/queue-order.ts';
import { QueuePages } from '../src/server/sync/queue-pages.ts';
import { addCamera, minute, now, useQueueLedger, type QueueLedger } from './queue-ledger.ts';

const ids = (places: readonly { id: number }[]) => places.map(({ id }) => id);

/** Clips of one drive, a minute each, the newest first. */
async function addDrive(ledger: QueueLedger, clips: number): Promise<number[]> {
  const drive: number[] = [];
  for (let age = 1; age <= clips; age++) drive.push(await ledger.add({ started_at: now - age * minute }));
  return drive;
}

/** The order takes clips out and gets them back without reading the ledger again. */
async function expectNoReading(ledger: QueueLedger, work: () => Promise<void>): Promise<void> {
  await ledger.order.places();
  const wanted = ledger.clips.wanted.bind(ledger.clips);
  let reads = 0;
  ledger.clips.wanted = (...input) => {
    reads++;
    return wanted(...input);
  };
  await work();
  ledger.clips.wanted = wanted;
  expect(reads, 'readings of the ledger').toBe(0);
}

test('clips are given out one after the other, without reading the ledger for each', async () => {
  const ledger = await useQueueLedger();
  const drive = await addDrive(ledger, 5);
  await expectNoReading(ledger, async () => {
    const given: number[] = [];
    for (let id = await ledger.next(); id !== undefined; id = await ledger.next()) {
      given.push(id);
      ledger.order.begin(id, true);
      expect((await ledger.order.places()).find((place) => place.id === id)?.state).toBe('transferring');
      ledger.order.drop(id);
    }
    expect(given).toEqual(drive);
    expect(await ledger.order.places()).toEqual([]);
  });
});

test('a clip that failed waits for its time while others are fetched, and then has its old place', async () => {
  const ledger = await useQueueLedger();
  const [first = 0, second = 0, third = 0] = await addDrive(ledger, 3);
  const { order, clock } = ledger;
  await expectNoReading(ledger, async () => {
    order.begin(first, true);
    order.settle(first, { state: 'waiting', stateReason: 'refused', nextAttemptAt: now + 5000, rank: null });
    expect(ids(await order.places()), 'its place').toEqual([first, second, third]);
    expect(await ledger.next()).toBe(second);
    order.begin(second, true);
    order.settle(second, { state: 'waiting', stateReason: 'refused', nextAttemptAt: now + 2000 });
    order.begin(third, true);
    expect(await ledger.next()).toBeUndefined();
    expect(await order.nextDue()).toBe(now + 2000);
    clock.advance(2000);
    expect(await ledger.next()).toBe(second);
    clock.advance(3000);
    expect(await ledger.next()).toBe(first);
    expect(await order.nextDue()).toBe(now + 5000);
    order.begin(first, true);
    order.begin(second, true);
    expect(await order.nextDue()).toBeNull();
  });
});

test('a clip that waits longer than it did before is not given out at its earlier time', async () => {
  const ledger = await useQueueLedger();
  const [only = 0] = await addDrive(ledger, 1);
  const settle = (after: number) =>
    ledger.order.settle(only, { state: 'waiting', stateReason: 'refused', nextAttemptAt: now + after });
  await ledger.order.places();
  settle(1000);
  expect(await ledger.next()).toBeUndefined();
  settle(9000);
  ledger.clock.advance(5000);
  expect(await ledger.next()).toBeUndefined();
  expect(await ledger.order.nextDue()).toBe(now + 9000);
  settle(100);
  expect(await ledger.next()).toBe(only);
});

test('clips that came back held or failed stand behind those that wait, and are counted', async () => {
  const ledger = await useQueueLedger();
  const [first = 0, second = 0, third = 0] = await addDrive(ledger, 3);
  const { order } = ledger;
  expect(await order.counts()).toEqual({ waiting: 3, waitingBytes: 3000, held: 0, failed: 0 });
  await expectNoReading(ledger, async () => {
    order.settle(first, { state: 'failed', stateReason: 'refused', nextAttemptAt: null });
    order.settle(second, { state: 'held', stateReason: 'recording', nextAttemptAt: null });
    expect(ids(await order.places())).toEqual([third, second, first]);
    expect(order.lastCounts()).toEqual({ waiting: 1, waitingBytes: 1000, held: 1, failed: 1 });
    expect(await order.holdsRecording()).toBe(true);
    order.settle(second, { state: 'held', stateReason: 'target', nextAttemptAt: null });
    expect(await order.holdsRecording()).toBe(false);
    expect(await ledger.next()).toBe(third);
    order.drop(third);
    order.drop(third);
    expect(await order.counts()).toEqual({ waiting: 0, waitingBytes: 0, held: 1, failed: 1 });
  });
});

test('a clip that comes back with another rank is sorted in by it', async () => {
  const ledger = await useQueueLedger();
  const [first = 0, second = 0, third = 0] = await addDrive(ledger, 3);
  const back = { state: 'waiting' as const, stateReason: null, nextAttemptAt: null };
  await expectNoReading(ledger, async () => {
    ledger.order.begin(first, true);
    ledger.order.settle(first, { ...back, rank: 1 });
    expect(ids(await ledger.order.places())).toEqual([second, third, first]);
    ledger.order.settle(third, { ...back, rank: -1 });
    expect((await ledger.order.places()).map(({ reason }) => reason)).toEqual(['asked', 'newest', 'last']);
    expect(await ledger.next()).toBe(third);
  });
});

test('the order follows what is about to be overwritten, and the settings when it is told', async () => {
  const ledger = await useQueueLedger();
  const [newer = 0, older = 0] = await addDrive(ledger, 2);
  const parking = await ledger.add({ kind: 'parking', started_at: now - 600 * minute });
  const { order, settings } = ledger;
  await expectNoReading(ledger, async () => {
    expect(ids(await order.places())).toEqual([newer, older, parking]);
    order.setRisk(new Map([['', now - 100 * minute]]));
    expect((await order.places())[0]).toMatchObject({ id: parking, reason: 'overwrite' });
  });
  Object.assign(settings, { downloadOrder: ['newest', 'earlier', 'overwrite'] });
  order.invalidate();
  expect(ids(await order.places())).toEqual([newer, older, parking]);
});

test('a change while the ledger is being read is not lost', async () => {
  const ledger = await useQueueLedger();
  const [first = 0, second = 0] = await addDrive(ledger, 2);
  const wanted = ledger.clips.wanted.bind(ledger.clips);
  ledger.clips.wanted = async (...input) => {
    const rows = await wanted(...input);
    ledger.clips.wanted = wanted;
    const change = { to: 'transferring' as const, reason: null, at: now };
    await ledger.clips.transition(ledger.db, [first], ['waiting'], change);
    ledger.order.begin(first, true);
    return rows;
  };
  expect(await ledger.next()).toBe(second);
});

test('of two readers at once neither sees a clip that is under way', async () => {
  const ledger = await useQueueLedger();
  const [first = 0, second = 0] = await addDrive(ledger, 2);
  const [one, other] = await Promise.all([ledger.next(), ledger.next()]);
  expect([one, other]).toEqual([first, first]);
  ledger.order.begin(first, true);
  expect(await Promise.all([ledger.next(), ledger.next()])).toEqual([second, second]);
});

function pagesOf(ledger: QueueLedger, orders = [ledger.order]) {
  const pages = new QueuePages({
    ...ledger,
    orders: () => orders,
    settings: () => ledger.settings,
    clipView,
  });
  return (query: Partial<Parameters<QueuePages['page']>[0]> = {}) =>
    pages.page({ limit: 100, offset: 0, ...query });
}

test('the queue is shown page by page: what waits with its place, then what is held, then what failed', async () => {
  const ledger = await useQueueLedger();
  const drive = await addDrive(ledger, 3);
  const at = { started_at: now - 5 * minute };
  const held = await ledger.add({ ...at, channel: 'rear', state: 'held', state_reason: 'rule' });
  const failed = await ledger.add({ ...at, channel: 'tele', state: 'failed', state_reason: 'refused' });
  const page = pagesOf(ledger);
  const all = await page();
  expect(ids(all.items)).toEqual([...drive, held, failed]);
  expect(all.items.map(({ position }) => position)).toEqual([1, 2, 3, null, null]);
  expect(all.total).toBe(5);
  const middle = await page({ offset: 2, limit: 2 });
  expect({ ids: ids(middle.items), total: middle.total }).toEqual({ ids: [drive[2], held], total: 5 });
  expect(middle.items[0]).toMatchObject({ position: 3, reason: 'newest', state: 'waiting' });
  expect(await page({ state: 'failed' })).toMatchObject({ items: [{ id: failed }], total: 1 });
  expect(await page({ state: 'held', offset: 1 })).toEqual({ items: [], total: 1 });
  ledger.order.begin(drive[0] ?? 0, true);
  expect(ids((await page({ state: 'waiting' })).items), 'with what is under way').toEqual(drive);
});

test('with two cameras each has its own places, and either can be shown alone', async () => {
  const ledger = await useQueueLedger();
  const cameraId = await addCamera(ledger.db, 'Van');
  const [first = 0, second = 0] = await addDrive(ledger, 2);
  const other = await ledger.add({ camera_id: cameraId });
  const failed = await ledger.add({ started_at: 0, state: 'failed' });
  const van = new QueueOrder({ ...ledger, cameraId, settings: () => ledger.settings });
  const page = pagesOf(ledger, [ledger.order, van]);
  const all = await page();
  expect(all.items.map(({ id, position }) => [id, position])).toEqual([
    [first, 1],
    [second, 2],
    [other, 1],
    [failed, null],
  ]);
  expect(ids((await page({ offset: 1, limit: 2 })).items)).toEqual([second, other]);
  expect(await page({ cameraId })).toMatchObject({ items: [{ id: other, position: 1 }], total: 1 });
  expect(await page({ cameraId: 99 })).toEqual({ items: [], total: 0 });
});

test('skipped clips that are still on the card are shown newest first', async () => {
  const ledger = await useQueueLedger();
  const skipped = { state: 'skipped', state_reason: 'user' } as const;
  const [newest, middle, oldest] = [
    await ledger.add({ ...skipped, started_at: now - minute, locked: 1 }),
    await ledger.add({ ...skipped, started_at: now - 2 * minute }),
    await ledger.add({ ...skipped, started_at: now - 3 * minute, kind: 'parking' }),
  ];
  await ledger.add({ ...skipped, started_at: now - 4 * minute, remote_gone_at: now });
  const page = pagesOf(ledger);
  const all = await page({ state: 'skipped' });
  expect(all.items.map(({ id, position, reason }) => [id, position, reason])).toEqual([
    [newest, null, 'locked'],
    [middle, null, 'earlier'],
    [oldest, null, 'parking'],
  ]);
  const second = await page({ state: 'skipped', limit: 1, offset: 1 });
  expect({ ids: ids(second.items), total: second.total }).toEqual({ ids: [middle], total: 3 });
  expect(await page({ state: 'skipped', cameraId: 99 })).toEqual({ items: [], total: 0 });
});
