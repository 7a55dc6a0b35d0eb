import { describe, expect, it, vi } from 'vitest';
import { unpackFixes } from '../src/server/tracks/track-codec.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { triageRows, useTriage, type TriageScene } from './triage-scenario.ts';

const minute = 60_000;

async function tracks(scene: TriageScene) {
  return scene.ledger.db.selectFrom('track').selectAll().orderBy('started_at').execute();
}

const outcomes = async (scene: TriageScene) => (await triageRows(scene)).map((row) => row.outcome);

describe('tracks off the card', { timeout: 60_000 }, () => {
  it.each([{ moov: 'front' as const }, { moov: 'back' as const }])(
    'come in at most three requests a clip of a minute, newest first, with the index at the $moov',
    async ({ moov }) => {
      const scene = await useTriage({ moov });
      await scene.readAll();
      const requests = scene.requests();
      expect(requests.size).toBe(scene.entries.length);
      for (const [name, all] of requests) expect(all.length, name).toBeLessThanOrEqual(3);
      for (const request of [...requests.values()].flat()) {
        expect(request.status).toBe(206);
        expect(request.bytesSent).toBeLessThanOrEqual(256 * 1024);
      }
      const names = [...requests.keys()];
      expect(names).toEqual(names.toSorted().toReversed());
      const rows = await tracks(scene);
      expect(rows).toHaveLength(scene.entries.length);
      for (const row of rows) {
        const fixes = unpackFixes(row.points, row.started_at);
        expect(fixes.length).toBeGreaterThanOrEqual(2);
        expect(fixes[0]!.latitude).toBeCloseTo(53.88, 1);
        expect(fixes[0]!.longitude).toBeCloseTo(-1.68, 1);
      }
      expect(new Set(scene.told)).toEqual(new Set(rows.map((row) => row.capture_id)));
    },
  );

  it('of a transport stream come in three requests that are broken off at a record, at the second it was written', async () => {
    const sizeBytes = 40_000_000;
    const scene = await useTriage({ container: 'ts', sizeBytes, capturesPerDrive: 3, coldSeconds: 0 });
    await scene.readAll();
    const requests = scene.requests();
    expect(requests.size).toBe(scene.entries.length);
    for (const [name, all] of requests) {
      expect(all.length, name).toBeLessThanOrEqual(3);
      // Of three seconds each at the most; how much less was sent depends on what was on its way.
      const bytes = all.reduce((sum, one) => sum + one.bytesSent, 0);
      expect(bytes, name).toBeLessThan(sizeBytes / 6);
    }
    const rows = await tracks(scene);
    expect(rows).toHaveLength(scene.entries.length);
    for (const row of rows) {
      const fixes = unpackFixes(row.points, row.started_at);
      expect(fixes.length).toBeGreaterThanOrEqual(2);
      const [first, last] = [fixes[0]!, fixes.at(-1)!];
      expect(first.at - row.started_at).toBeLessThan(1500);
      expect(last.at - first.at).toBeGreaterThanOrEqual(10_000);
      expect(first.latitude).toBeCloseTo(53.88, 1);
    }
    const clocks = await scene.ledger.db.selectFrom('track').select('clock_offset_ms').execute();
    for (const { clock_offset_ms } of clocks) expect(Math.abs(clock_offset_ms!)).toBeLessThanOrEqual(1500);
  });

  it('of streams without records are given up after three of a card', async () => {
    const scene = await useTriage({ container: 'ts', sizeBytes: 1_000_000, gpsChannels: [] });
    await scene.readAll();
    expect(scene.entries.length).toBeGreaterThan(3);
    expect(scene.requests().size).toBe(3);
    expect(await outcomes(scene)).toEqual(['no_fix', 'no_fix', 'no_fix']);
  });

  it('leave the clip alone that is being recorded, and what is younger than two minutes', async () => {
    const scene = await useTriage();
    await scene.list('recording');
    const newest = scene.entries.at(-1)!;
    await scene.readAll();
    expect(scene.requests().has(newest.name)).toBe(false);
    const young = scene.entries.at(-2)!;
    await scene.ledger.db.deleteFrom('triage').execute();
    await scene.ledger.db.deleteFrom('track').execute();
    await scene.ledger.db
      .updateTable('clip')
      .set({ started_at: scene.ledger.clock.now() - minute })
      .where('name', '=', young.name)
      .execute();
    scene.camera.log.clear();
    await scene.readAll();
    expect(scene.requests().has(young.name)).toBe(false);
    expect(scene.requests().size).toBe(scene.entries.length - 2);
  });

  it('are read of the front; the other lenses are tried once when it has no records', async () => {
    const scene = await useTriage({ channels: 2 });
    await scene.readAll();
    expect([...scene.requests().keys()].every((name) => name.endsWith('F.MP4'))).toBe(true);

    const mute = await useTriage({ channels: 2, days: 1 });
    // The rear camera's blocks are there too in this simulator; a card without any has clips of another make.
    for (const entry of mute.entries) Object.assign(entry, { source: tinyMp4Source(1, 3_000_000) });
    await mute.list();
    await mute.readAll();
    const rows = await triageRows(mute);
    expect(rows.filter((row) => row.channel === 'front')).toHaveLength(mute.entries.length / 2);
    expect(rows.filter((row) => row.channel !== 'front')).toHaveLength(1);
    expect(new Set(rows.map((row) => row.outcome))).toEqual(new Set(['no_fix']));
  });

  it('that have no fix are not asked for again', async () => {
    const scene = await useTriage();
    for (const entry of scene.entries) Object.assign(entry, { source: tinyMp4Source(1, 3_000_000) });
    await scene.list();
    await scene.readAll();
    scene.camera.log.clear();
    scene.restart();
    scene.ledger.clock.advance(24 * 60 * minute);
    await scene.readAll();
    expect(scene.requests().size).toBe(0);
    expect(new Set(await outcomes(scene))).toEqual(new Set(['no_fix']));
  });

  it('stop when the camera leaves, count nothing, and go on where they were when it is back', async () => {
    const scene = await useTriage();
    const { signal } = new AbortController();
    await scene.reader.rest(scene.here, signal);
    await scene.ledger.db.deleteFrom('triage').where('clip_id', 'in', [2, 3]).execute();
    await scene.ledger.db.deleteFrom('track').where('clip_id', 'in', [2, 3]).execute();
    const before = await triageRows(scene);
    await scene.camera.goAway();
    await scene.readAll();
    expect(await triageRows(scene)).toEqual(before);
    await scene.camera.comeBack();
    scene.camera.log.clear();
    scene.restart();
    await scene.readAll();
    expect(scene.requests().size).toBe(2);
    expect(await tracks(scene)).toHaveLength(scene.entries.length);
  });

  it('break an answer off that is the whole file, and leave such a camera alone for this visit', async () => {
    const scene = await useTriage({ moov: 'back', sizeBytes: 40_000_000 });
    scene.camera.faults.set({ range: 'ignored' });
    await scene.readAll();
    const [first, ...others] = [...scene.requests().values()].flat();
    expect(others.length).toBeLessThanOrEqual(1);
    await vi.waitFor(() => expect([first, ...others].every((one) => one!.endedAt !== null)).toBe(true));
    expect(scene.camera.bytesSent).toBeLessThan(30_000_000);
    expect(await outcomes(scene)).toEqual(['unreadable']);
  });

  it('that cannot be read are tried again after 10 s to 10 min, and given up after five times', async () => {
    const scene = await useTriage({ capturesPerDrive: 1 });
    scene.camera.faults.set({ closeAfterBytes: 1000 });
    const waits: number[] = [];
    for (let round = 0; round < 6; round++) {
      scene.reader.beginVisit();
      await scene.readAll();
      const [row] = await triageRows(scene);
      if (row!.next_at === null) break;
      waits.push(row!.next_at - scene.ledger.clock.now());
      scene.ledger.clock.advance(waits.at(-1)!);
    }
    expect(waits).toEqual([10_000, 30_000, 120_000, 600_000]);
    expect(await outcomes(scene)).toEqual(['failed']);
  });

  it('survive a restart, and give way to the track of the file', async () => {
    const scene = await useTriage();
    await scene.readAll();
    scene.restart();
    scene.triage.start();
    await scene.triage.tidied();
    scene.camera.log.clear();
    await scene.readAll();
    expect(scene.requests().size).toBe(0);
    const { db } = scene.ledger;
    await db.updateTable('clip').set({ state: 'archived' }).execute();
    await db.updateTable('track').set({ source: 'file' }).where('clip_id', '>', 2).execute();
    scene.triage.settingsChanged();
    await scene.triage.tidied();
    expect(await tracks(scene)).toHaveLength(scene.entries.length);
    expect(await triageRows(scene)).toHaveLength(2);
  });

  it('are removed when they are switched off, also by the next start, and those of files stay', async () => {
    const scene = await useTriage();
    await scene.readAll();
    await scene.ledger.db.updateTable('track').set({ source: 'file' }).where('clip_id', '=', 1).execute();
    scene.told.length = 0;
    scene.ledger.settings.triage = false;
    scene.restart();
    scene.triage.start();
    await scene.triage.tidied();
    expect((await tracks(scene)).map((row) => row.clip_id)).toEqual([1]);
    expect(await triageRows(scene)).toEqual([]);
    expect(await scene.ledger.db.selectFrom('track_box').select('clip_id').execute()).toHaveLength(1);
    expect(scene.told).toHaveLength(scene.entries.length - 1);
    scene.camera.log.clear();
    await scene.readAll();
    expect(scene.requests().size).toBe(0);
  });

  it('wait while something is in the queue that is worth more', async () => {
    const scene = await useTriage();
    const { signal } = new AbortController();
    await scene.ledger.db.updateTable('clip').set({ locked: 0, kind: 'normal' }).execute();
    await scene.ledger.db.updateTable('clip').set({ rank: -1 }).where('id', '=', 1).execute();
    scene.ledger.order.invalidate();
    await scene.reader.ahead(scene.here, signal);
    expect(scene.requests().size).toBe(0);
    await scene.ledger.db.updateTable('clip').set({ rank: null }).execute();
    scene.ledger.order.invalidate();
    await scene.reader.ahead(scene.here, signal);
    expect(scene.requests().size).toBeGreaterThan(0);
  });
});
