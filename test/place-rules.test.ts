import { describe, expect, it, onTestFinished } from 'vitest';
import { pino } from 'pino';
import type { Events } from '../src/shared/events.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { PlaceRules } from '../src/server/sync/place-rules.ts';
import { minute, now, useQueueLedger, type QueueLedger } from './queue-ledger.ts';

const hour = 60 * minute;
/** The car came home at this instant, and stayed over midnight. */
const arrival = now - 20 * hour;

async function useHome(): Promise<{ ledger: QueueLedger; rules: () => PlaceRules; told: string[] }> {
  const ledger = await useQueueLedger();
  const { db, clips, clock } = ledger;
  const log = pino({ level: 'silent' });
  const events = new EventBus<Events>(() => undefined);
  const told: string[] = [];
  const place = { name: 'Home', latitude: 53.9, longitude: -1.69, radius_m: 75 };
  const flags = { is_home: 1 as const, skip_parked: 1 as const, is_hidden: 0 as const };
  await db
    .insertInto('place')
    .values({ ...place, ...flags, created_at: now })
    .execute();
  await db
    .insertInto('stop')
    .values({
      camera_id: 1,
      started_at: arrival,
      ended_at: arrival + 12 * hour,
      zone: 'Europe/London',
      local_day: '2026-06-27',
      last_local_day: '2026-06-28',
      latitude: 53.9,
      longitude: -1.69,
      is_inferred: 1,
      is_open: 0,
      place_id: 1,
      version: 1,
    })
    .execute();
  const rules = () => {
    const one = new PlaceRules({
      db,
      clips,
      clock,
      events,
      log,
      rulesOf: () => null,
      onChange: (days) => {
        ledger.order.invalidate();
        for (const [, some] of days) told.push(...some);
      },
    });
    onTestFinished(() => one.stop());
    return one;
  };
  return { ledger, rules, told };
}

const parked = (after: number) => ({ kind: 'parking' as const, started_at: arrival + after });

describe('clips made while parked at a place', () => {
  it('stay on the card on both days of one night, but for what is of worth', async () => {
    const { ledger, rules, told } = await useHome();
    const evening = await ledger.add(parked(hour));
    const morning = await ledger.add(parked(10 * hour));
    const locked = await ledger.add({ ...parked(2 * hour), locked: 1 });
    const asked = await ledger.add({ ...parked(3 * hour), rank: -1 });
    const elsewhere = await ledger.add(parked(15 * hour));
    await rules().settle();
    expect(await ledger.states(evening, morning, locked, asked, elsewhere)).toEqual([
      'skipped(place)',
      'skipped(place)',
      'waiting',
      'waiting',
      'waiting',
    ]);
    expect(told.toSorted((a, b) => a.localeCompare(b))).toEqual(['2026-06-27', '2026-06-28']);
  });

  it('are wanted again, for good, when somebody says so; an undo leaves them there', async () => {
    const { ledger, rules } = await useHome();
    const clip = await ledger.add(parked(hour));
    await rules().settle();
    const { undo } = await ledger.actions.unskip({ clipIds: [clip] });
    await rules().settle();
    expect(await ledger.states(clip)).toEqual(['waiting']);
    expect((await ledger.row(clip)).place_released_at).toBe(now);
    await ledger.actions.undo(undo!);
    await rules().settle();
    expect(await ledger.states(clip)).toEqual(['skipped(place)']);
    expect((await ledger.row(clip)).place_released_at).toBeNull();
  });

  it('are wanted again, and not for good, when the place no longer says so', async () => {
    const { ledger, rules } = await useHome();
    const clip = await ledger.add(parked(hour));
    const one = rules();
    await one.settle();
    await ledger.db.updateTable('place').set({ skip_parked: 0 }).execute();
    await one.settle();
    expect(await ledger.states(clip)).toEqual(['skipped(place)']);
    one.placesChanged();
    await one.settle();
    expect(await ledger.states(clip)).toEqual(['waiting']);
    expect((await ledger.row(clip)).place_released_at).toBeNull();
    await ledger.db.updateTable('place').set({ skip_parked: 1 }).execute();
    one.placesChanged();
    await one.settle();
    expect(await ledger.states(clip)).toEqual(['skipped(place)']);
  });

  it('wait while positions may still come from the clip before', async () => {
    const { ledger, rules } = await useHome();
    const drive = await ledger.add({ started_at: arrival - 4 * minute });
    const clip = await ledger.add(parked(hour));
    await rules().settle();
    expect(await ledger.states(drive, clip)).toEqual(['waiting', 'waiting']);
    await ledger.db
      .insertInto('triage')
      .values({
        clip_id: drive,
        camera_id: 1,
        outcome: 'no_fix',
        tries: 1,
        at: now,
        next_at: null,
        error: null,
      })
      .execute();
    await rules().settle();
    expect(await ledger.states(drive, clip)).toEqual(['waiting', 'skipped(place)']);
  });
});
