import { pino } from 'pino';
import { expect, test } from 'vitest';
import { settingsSchema, type Settings } from '../../shared/settings.ts';
import type { SweepPlan, SweepPlanInput } from './retention-types.ts';
import { RoomKeeper, type RoomVerdict } from './room-keeper.ts';

const gib = 2 ** 30;
const never = new AbortController().signal;

interface Held {
  startedAt: number;
  bytes: number;
  kept?: boolean;
}

/** An archive that is a list, with a planner that does what it should in the plainest way. */
class ListedArchive {
  clips: Held[];
  trashBytes = 0;
  settings: Settings = settingsSchema.parse({ quotaGib: 1 });
  now = 0;
  plans = 0;
  looks = 0;
  /** Happens between a look at the figures and their arrival. */
  afterLook: (() => void) | null = null;
  /** What speaks against deleting, known before, or only met while deleting. */
  obstacle: string | null = null;
  met: string | null = null;
  asked = 0;
  /** What of the trash cannot be deleted. */
  stuckTrashBytes = 0;
  /** Clips whose file cannot be deleted. */
  stuck = new Set<number>();
  done: string[] = [];
  readonly log: { msg: string; freedBytes?: number }[] = [];
  readonly keeper: RoomKeeper;

  constructor(...clips: Held[]) {
    this.clips = clips;
    this.keeper = new RoomKeeper({
      planner: { plan: (input) => Promise.resolve(this.plan(input)) },
      pressure: () => {
        this.looks++;
        const seen = { disk: null, ...this.used() };
        this.afterLook?.();
        return Promise.resolve(seen);
      },
      mayRemove: () => {
        this.asked++;
        return Promise.resolve(this.obstacle);
      },
      remove: (plan) => Promise.resolve(this.remove(plan)),
      purgeTrash: (bytes) => Promise.resolve(this.purge(bytes)),
      settings: () => this.settings,
      clock: { now: () => this.now },
      log: pino({ level: 'info' }, { write: (line: string) => void this.log.push(JSON.parse(line)) }),
    });
  }

  room(startedAt: number, bytes: number): Promise<RoomVerdict> {
    return this.keeper.makeRoom({ name: 'new', startedAt, bytes }, never);
  }

  async reason(startedAt: number, bytes: number): Promise<string | null> {
    const verdict = await this.room(startedAt, bytes);
    return verdict.ok ? null : verdict.reason;
  }

  used() {
    const archiveBytes = this.clips.reduce((sum, { bytes }) => sum + bytes, 0);
    return { archiveBytes, trashBytes: this.trashBytes, usedBytes: archiveBytes + this.trashBytes };
  }

  private plan({ pressure, newcomer }: SweepPlanInput): SweepPlan {
    this.plans++;
    let lack = pressure.usedBytes + newcomer!.bytes - gib + 1;
    const plan: SweepPlan = {
      deletions: [],
      byAge: none,
      byDisk: none,
      byQuota: none,
      archive: none,
      overAge: 0,
      protected: {
        kept: none,
        locked: none,
        in_use: none,
        recent: none,
        date: none,
        floor: none,
        failed: none,
      },
      partialDrives: 0,
      oldestDay: null,
      oldestKeptDay: null,
      shortfall: null,
    };
    for (const clip of this.clips.toSorted((a, b) => a.startedAt - b.startedAt)) {
      if (lack <= 0 || clip.startedAt >= newcomer!.startedAt) break;
      const held = clip.kept
        ? 'kept'
        : this.stuck.has(clip.startedAt) && this.done.length > 0
          ? 'failed'
          : null;
      if (held) {
        plan.protected[held] = { clips: plan.protected[held].clips + 1, bytes: 1 };
        continue;
      }
      plan.deletions.push({ ...planned, startedAt: clip.startedAt, bytes: clip.bytes });
      lack -= clip.bytes;
    }
    return plan;
  }

  private remove(plan: SweepPlan) {
    if (this.met !== null) return { freedBytes: 0, obstacle: this.met };
    const gone = plan.deletions.filter(({ startedAt }) => !this.stuck.has(startedAt));
    this.done.push(`clips ${gone.map(({ startedAt }) => startedAt).join(' ')}`);
    this.clips = this.clips.filter((clip) => !gone.some(({ startedAt }) => startedAt === clip.startedAt));
    return { freedBytes: gone.reduce((sum, { bytes }) => sum + bytes, 0), obstacle: null };
  }

  private purge(bytes: number): number {
    const freed = Math.min(bytes, this.trashBytes - this.stuckTrashBytes);
    this.done.push(`trash ${freed}`);
    this.trashBytes -= freed;
    return freed;
  }
}

const none = { clips: 0, bytes: 0 };
const planned = {
  clipId: 1,
  captureId: 1,
  cameraId: 1,
  localDay: '2026-06-28',
  why: { by: 'room', rule: 'quota', forClip: 'new' },
} as const;
const quarter = gib / 4;
/** Four clips that leave one byte below the quota. */
const full = () =>
  [1, 2, 3, 4].map((startedAt) => ({ startedAt, bytes: startedAt === 4 ? quarter - 1 : quarter }));

test('where no rule is set a clip costs no look, and one that fits no plan', async () => {
  const archive = new ListedArchive(...full());
  archive.settings = settingsSchema.parse({});
  expect(await archive.room(5, quarter)).toMatchObject({ ok: true });
  expect(archive.looks).toBe(0);
  const roomy = new ListedArchive({ startedAt: 1, bytes: quarter });
  expect(await roomy.room(5, quarter)).toMatchObject({ ok: true });
  expect([roomy.looks, roomy.plans]).toEqual([1, 0]);
});

test('the oldest go for a newcomer, and no more of them than it needs', async () => {
  const archive = new ListedArchive(...full());
  expect(await archive.room(9, quarter + 1)).toMatchObject({ ok: true });
  expect(archive.done).toEqual(['clips 1 2']);
});

test('the trash goes first, and no clip where it is enough', async () => {
  const archive = new ListedArchive(...full().slice(1));
  archive.trashBytes = quarter;
  expect(await archive.room(9, 1000)).toMatchObject({ ok: true });
  expect(archive.done).toEqual(['trash 1000']);
  expect(archive.asked, 'nothing but the trash goes').toBe(0);
  expect(await archive.room(9, quarter)).toMatchObject({ ok: true });
  expect(archive.done.slice(1)).toEqual([`trash ${quarter - 1000}`, 'clips 2']);
});

test('a newcomer that older ones cannot make room for is refused, and neither clip nor trash is touched', async () => {
  const archive = new ListedArchive(...full().map((clip) => ({ ...clip, kept: clip.startedAt > 1 })));
  archive.clips.push({ startedAt: 5, bytes: 0 });
  archive.trashBytes = 10;
  expect(await archive.reason(4, quarter * 2)).toMatch(/stay below 1 GiB.*but of these 2 are kept\.$/);
  expect(await archive.reason(1, 100)).toMatch(/but nothing that may be deleted is older than it\.$/);
  expect(archive.done).toEqual([]);
});

const settle = (verdict: RoomVerdict | undefined, left: number) => verdict?.ok && verdict.settle(left);

test('room that is promised is not promised again, until it is in the ledger or given back', async () => {
  const archive = new ListedArchive();
  const verdicts = await Promise.all([1, 2, 3, 4].map((startedAt) => archive.room(startedAt, quarter)));
  expect(
    verdicts.map(({ ok }) => ok),
    'the fourth would reach the quota',
  ).toEqual([true, true, true, false]);
  settle(verdicts[0], quarter - 1);
  expect(await archive.reason(4, quarter), 'two are on their way, and a part of one is left').toBeNull();
  archive.clips.push({ startedAt: 1, bytes: quarter });
  settle(verdicts[0], 0);
  settle(verdicts[1], 0);
  expect(await archive.reason(5, quarter - 2)).toBeNull();
});

test('a clip that is filed while the figures are being read is never left out of them', async () => {
  const archive = new ListedArchive();
  const first = await archive.room(1, gib - 100);
  archive.afterLook = () => {
    archive.afterLook = null;
    archive.clips.push({ startedAt: 1, bytes: gib - 100 });
    if (first.ok) first.settle(0);
  };
  expect(await archive.room(0, 100)).toMatchObject({ ok: false });
});

test('what was refused is refused from memory: ten thousand older ones cost no other plan', async () => {
  const archive = new ListedArchive(...full().map((clip) => ({ ...clip, kept: true })));
  for (let index = 10_000; index > 0; index--)
    expect(await archive.reason(index, quarter + (index % 7) * 100)).not.toBeNull();
  expect(archive.plans).toBeLessThan(20);
  expect(archive.keeper.refusal({ startedAt: 20_000, bytes: quarter })).toMatch(/4 are kept/);
  expect(archive.keeper.refusal({ startedAt: 1, bytes: quarter - 1 }), 'a smaller one may fit').toBeNull();
});

test('a clip that is newer than what stands in the way of another gets its room at once', async () => {
  const archive = new ListedArchive(...full().map((clip) => ({ ...clip, startedAt: clip.startedAt * 10 })));
  expect(await archive.reason(10, quarter)).not.toBeNull();
  expect(archive.keeper.refusal({ startedAt: 10, bytes: quarter })).not.toBeNull();
  expect(archive.keeper.refusal({ startedAt: 11, bytes: quarter })).toBeNull();
  expect(await archive.reason(11, quarter)).toBeNull();
  expect(archive.done).toEqual(['clips 10']);
});

test('a refusal is over when there is less in the way, when something changed, and after five minutes', async () => {
  const archive = new ListedArchive(...full().map((clip) => ({ ...clip, kept: true })));
  const asked = async () => {
    await archive.reason(9, quarter);
    return archive.plans;
  };
  const first = await asked();
  expect(await asked()).toBe(first);
  archive.clips[0] = { startedAt: 1, bytes: quarter - 10, kept: true };
  const second = await asked();
  expect(second, 'ten bytes less').toBeGreaterThan(first);
  expect(await asked()).toBe(second);
  archive.keeper.reconsider();
  const third = await asked();
  expect(third).toBeGreaterThan(second);
  archive.now += 299_999;
  expect(await asked()).toBe(third);
  archive.now += 1;
  expect(archive.keeper.refusal({ startedAt: 9, bytes: quarter })).toBeNull();
  expect(await asked()).toBeGreaterThan(third);
  archive.settings = { ...archive.settings, quotaGib: 1.01 };
  expect(archive.keeper.refusal({ startedAt: 9, bytes: quarter }), 'another limit').toBeNull();
  archive.settings = { ...archive.settings, quotaGib: 1 };
  await asked();
  expect(archive.keeper.refusal({ startedAt: 9, bytes: quarter })).not.toBeNull();
  archive.now -= 3_600_000;
  expect(archive.keeper.refusal({ startedAt: 9, bytes: quarter }), 'a clock that was set back').toBeNull();
});

test('what keeps a sweep from deleting keeps room from being made, in its own words', async () => {
  const archive = new ListedArchive(...full());
  archive.obstacle = 'More than 20 % of the archive would go: a person has to say yes.';
  archive.trashBytes = 10;
  expect(await archive.reason(9, quarter)).toMatch(/and that has to wait\. More than 20 % of the archive/);
  expect(archive.done, 'the trash is left as well').toEqual([]);
  archive.obstacle = null;
  archive.met = 'The disk is away.';
  archive.keeper.reconsider();
  expect(await archive.reason(9, quarter)).toMatch(/and that has to wait\. The disk is away\.$/);
  expect(archive.done, 'only met while deleting').toEqual(['trash 10']);
  archive.met = null;
  archive.keeper.reconsider();
  expect(await archive.reason(9, quarter)).toBeNull();
  expect(archive.done[1]).toMatch(/^clips 1/);
});

test('no clip goes while a part of the trash cannot be deleted, for the newcomer would not fit all the same', async () => {
  const archive = new ListedArchive(...full());
  archive.trashBytes = 20;
  archive.stuckTrashBytes = 10;
  expect(await archive.reason(9, quarter)).toMatch(
    /and that has to wait\. The trash could not be emptied\.$/,
  );
  expect(archive.clips).toHaveLength(4);
  expect(archive.done[0]).toBe('trash 10');
});

test('a clip that cannot be deleted is followed by the next older one', async () => {
  const archive = new ListedArchive(...full());
  archive.stuck.add(1);
  expect(await archive.reason(9, 1000)).toBeNull();
  expect(archive.done).toEqual(['clips ', 'clips 2']);
});

test('a visit under a full quota writes a line every ten minutes, with all that went since the last', async () => {
  const clips = Array.from({ length: 400 }, (_, startedAt) => ({ startedAt, bytes: gib / 400 }));
  const archive = new ListedArchive(...clips);
  for (let arrived = 0; arrived < 41; arrived++) {
    expect(await archive.reason(1000 + arrived, gib / 400 - 1)).toBeNull();
    archive.now += 30_000;
  }
  const told = archive.log.map(({ freedBytes = 0 }) => Math.round(freedBytes / (gib / 400)));
  expect(told).toHaveLength(3);
  expect(told.reduce((sum, each) => sum + each)).toBe(400 - archive.clips.length);
});

test('files that never go end in a refusal and not in a spin', async () => {
  const archive = new ListedArchive(...full());
  for (const { startedAt } of archive.clips) archive.stuck.add(startedAt);
  expect(await archive.reason(9, 1000)).toMatch(/4 could not be deleted/);
});

test('who gives up while another is being made room for waits no longer', async () => {
  const archive = new ListedArchive(...full());
  const abort = new AbortController();
  const first = archive.room(9, 1000);
  const second = archive.keeper.makeRoom({ name: 'new', startedAt: 9, bytes: 1000 }, abort.signal);
  abort.abort();
  await expect(second).rejects.toMatchObject({ name: 'AbortError' });
  expect(await first).toMatchObject({ ok: true });
});

test('the trash is emptied for what is to stay free, and nobody asks when it is empty', async () => {
  const archive = new ListedArchive();
  expect(await archive.keeper.freeFromTrash(100, never)).toBe(0);
  expect(archive.done).toEqual([]);
  archive.trashBytes = 60;
  expect(await archive.keeper.freeFromTrash(100, never)).toBe(60);
});
