import { expect, test } from 'vitest';
import { RuleHolds } from '../src/server/sync/rule-holds.ts';
import { minute, now, recountOfDays, useQueueLedger, type QueueLedger } from './queue-ledger.ts';

const day = 24 * 60 * minute;

const apply = async (ledger: QueueLedger) => ledger.ruleHolds.apply(await ledger.camera(), ledger.connection);

async function addSorts(ledger: QueueLedger) {
  return [
    await ledger.add({ started_at: now - minute }),
    await ledger.add({ started_at: now - 2 * minute, kind: 'parking' }),
    await ledger.add({ started_at: now - 3 * minute, locked: 1 }),
    await ledger.add({ started_at: now - 4 * minute, rank: -1 }),
  ];
}

test('everything over the main address and locked only over the other: the rest is held for the connection', async () => {
  const ledger = await useQueueLedger();
  await ledger.setCamera({ alternative_address: '10.0.0.2', alternative_rule: 'locked_only' });
  const clips = await addSorts(ledger);
  ledger.connection = 'alternative';
  expect(await apply(ledger)).toEqual({ changed: 2, localDays: ['2026-06-28'] });
  expect(await ledger.states(...clips)).toEqual([
    'held(connection)',
    'held(connection)',
    'waiting',
    'waiting',
  ]);
  expect((await recountOfDays(ledger)).cached).toEqual((await recountOfDays(ledger)).counts);
  expect(await apply(ledger), 'nothing more to do').toEqual({ changed: 0, localDays: [] });
  ledger.connection = 'main';
  expect(await apply(ledger)).toMatchObject({ changed: 2 });
  expect(await ledger.states(...clips)).toEqual(clips.map(() => 'waiting'));
});

test('what no address fetches is held by the rule, and let go when the rule is changed', async () => {
  const ledger = await useQueueLedger();
  const clips = await addSorts(ledger);
  await ledger.setCamera({ main_rule: 'nothing' });
  await apply(ledger);
  expect(await ledger.states(...clips), 'but for what was asked for').toEqual([
    'held(rule)',
    'held(rule)',
    'held(rule)',
    'waiting',
  ]);
  await ledger.setCamera({ main_rule: 'no_parking' });
  await apply(ledger);
  expect(await ledger.states(...clips)).toEqual(['waiting', 'held(rule)', 'waiting', 'waiting']);
  await ledger.setCamera({ alternative_address: '10.0.0.2' });
  expect(await apply(ledger), 'the other address would').toMatchObject({ changed: 1 });
  expect(await ledger.states(...clips)).toEqual(['waiting', 'held(connection)', 'waiting', 'waiting']);
});

test('clips older than is fetched are held, by the setting or by what the archive would delete at once', async () => {
  const ledger = await useQueueLedger();
  const old = await ledger.add({ started_at: now - 10 * day });
  const locked = await ledger.add({ started_at: now - 11 * day, locked: 1 });
  const older = await ledger.add({ started_at: now - 20 * day });
  const states = () => ledger.states(old, locked, older);
  ledger.settings.fetchMaxAgeDays = 15;
  await apply(ledger);
  expect(await states()).toEqual(['waiting', 'waiting', 'held(retention)']);
  const retention = new RuleHolds({
    ...ledger,
    settings: () => ledger.settings,
    retainFrom: ({ cameraId }) => (cameraId === 1 ? now - 5 * day : null),
  });
  await retention.apply(await ledger.camera(), 'main');
  expect(await states(), 'the later of both').toEqual(['held(retention)', 'waiting', 'held(retention)']);
  ledger.settings.protectLocked = false;
  await retention.apply(await ledger.camera(), 'main');
  expect(await states(), 'nothing protects it').toEqual([
    'held(retention)',
    'held(retention)',
    'held(retention)',
  ]);
  ledger.settings.fetchMaxAgeDays = 0;
  await apply(ledger);
  expect(await states()).toEqual(['waiting', 'waiting', 'waiting']);
});

test('what the archive would delete at once is held kind by kind, and let go when its rules change', async () => {
  const ledger = await useQueueLedger();
  const parking = await ledger.add({ started_at: now - 10 * day, kind: 'parking' });
  const drive = await ledger.add({ started_at: now - 11 * day });
  const rear = await ledger.add({ started_at: now - 12 * day, channel: 'rear' });
  const undated = await ledger.add({ started_at: now - 181 * day });
  const asked = await ledger.add({ started_at: now - 13 * day, rank: -1 });
  let daysOf: Partial<Record<string, number>> = { parking: 7, rear: 9 };
  const rules = new RuleHolds({
    ...ledger,
    settings: () => ledger.settings,
    retainFrom: ({ kind, channel }) => {
      const days = daysOf[channel] ?? daysOf[kind];
      return days === undefined ? null : now - days * day;
    },
  });
  const camera = await ledger.camera();
  await rules.apply(camera, 'main');
  const states = () => ledger.states(parking, drive, rear, undated, asked);
  expect(await states()).toEqual(['held(retention)', 'waiting', 'held(retention)', 'waiting', 'waiting']);
  daysOf = { normal: 7 };
  await rules.apply(camera, 'main');
  expect(await states()).toEqual(['waiting', 'held(retention)', 'held(retention)', 'waiting', 'waiting']);
});

test('what is under way, has failed or is held for another reason is left alone', async () => {
  const ledger = await useQueueLedger();
  const clips = [
    await ledger.add({ state: 'transferring' }),
    await ledger.add({ started_at: now - minute, state: 'failed', state_reason: 'refused' }),
    await ledger.add({ started_at: now - 2 * minute, state: 'held', state_reason: 'recording' }),
    await ledger.add({ started_at: now - 3 * minute, state: 'held', state_reason: 'target' }),
    await ledger.add({ started_at: now - 4 * minute, state: 'skipped', state_reason: 'retention' }),
  ];
  const before = await ledger.states(...clips);
  await ledger.setCamera({ main_rule: 'nothing' });
  expect(await apply(ledger)).toEqual({ changed: 0, localDays: [] });
  await ledger.setCamera({ main_rule: 'everything' });
  await apply(ledger);
  expect(await ledger.states(...clips)).toEqual(before);
});

test('a clip that is taken up while the rules are being applied is not touched', async () => {
  const ledger = await useQueueLedger();
  const [taken, recorded] = [await ledger.add(), await ledger.add({ started_at: now - minute })];
  await ledger.setCamera({ main_rule: 'nothing' });
  const wanted = ledger.clips.wanted.bind(ledger.clips);
  ledger.clips.wanted = async (...input) => {
    const rows = await wanted(...input);
    const { db, clips } = ledger;
    await clips.transition(db, [taken], ['waiting'], { to: 'transferring', reason: null, at: now });
    await clips.transition(db, [recorded], ['waiting'], { to: 'held', reason: 'recording', at: now });
    return rows;
  };
  expect(await apply(ledger)).toMatchObject({ changed: 0 });
  expect(await ledger.states(taken, recorded)).toEqual(['transferring', 'held(recording)']);
});
