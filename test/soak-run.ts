import { setTimeout as sleep } from 'node:timers/promises';
import { between, seededRandom, type Random } from '../simulator/random.ts';
import type { Clock } from '../src/server/lib/clock.ts';
import { routes } from '../src/shared/routes.ts';
import { SoakCamera, type SoakCameraOptions } from './soak-camera.ts';
import { passingEpisodes, takingEpisodes, type Episode } from './soak-faults.ts';
import { judgeSoak, type SoakVerdict } from './soak-verdict.ts';
import { startTestApp, type TestApp } from './test-app.ts';

const dayMs = 24 * 60 * 60_000;
/** Nothing new in the archive for this long at the end: what is missing then stays so. */
const stalledMs = 10_000;
const anotherVisitMs = 2000;

export interface SoakOrder {
  /** The same seed, the same things happen, in the same order. */
  seed: number;
  visits: number;
  /** How long the visits take in real time; in the camera's and the program's clock they are a day. */
  realMs: number;
  clipBytes: readonly [least: number, most: number];
  /** Small enough and the card overwrites what waits on it; large enough for everything unless told. */
  capacityBytes?: number;
  episodes?: readonly Episode[];
  /** Called when so many visits are over, with everything quiet: the camera away. */
  afterVisit?(visit: number, test: TestApp): Promise<void> | void;
}

export interface SoakRun {
  test: TestApp;
  cameras: SoakCamera[];
  verdict: SoakVerdict;
  /** What was wrong with the camera and how often. */
  episodes: ReadonlyMap<string, number>;
  /** What else happened, and how often. */
  events: ReadonlyMap<string, number>;
  simulatedMs: number;
  /** Clips in the archive when the day was over and the camera had come to stay. */
  archivedWhenOver: number;
}

/** A clock of which `simulatedMs` pass in `realMs`; it starts on a summer's morning. */
export function acceleratedClock(simulatedMs: number, realMs: number): Clock {
  const from = Date.UTC(2026, 5, 28, 6);
  const began = performance.now();
  return { now: () => Math.round(from + ((performance.now() - began) * simulatedMs) / realMs) };
}

/** Boots the program beside a camera that nobody can rely on, and lets a day pass. The caller closes with `end()`. */
export async function startSoak(
  order: SoakOrder,
): Promise<{ run: () => Promise<SoakRun>; end: () => Promise<void> }> {
  const clock = acceleratedClock(dayMs, order.realMs);
  const soak = new Soak(order, clock);
  await soak.start();
  return { run: () => soak.run(), end: () => soak.end() };
}

/** As `startSoak`, for a card that overwrites. */
export const takingOrder = (seed: number): SoakOrder => ({
  seed,
  visits: 8,
  realMs: 4000,
  clipBytes: [40_000, 90_000],
  capacityBytes: 900_000,
  episodes: takingEpisodes,
});

class Soak {
  private readonly order: SoakOrder;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly startedAt: number;
  private readonly episodes = new Map<string, number>();
  private readonly events = new Map<string, number>();
  private readonly cameras: SoakCamera[] = [];
  private readonly errors: unknown[] = [];
  private app: TestApp | undefined;

  constructor(order: SoakOrder, clock: Clock) {
    this.order = order;
    this.clock = clock;
    this.random = seededRandom(order.seed);
    this.startedAt = clock.now();
  }

  async start(): Promise<void> {
    const first = await this.newCamera(1);
    await first.camera.goAway();
    this.app = await startTestApp({
      clock: this.clock,
      cameraAddress: first.camera.address,
      pace: { idleMs: 60, heldMs: 40, longestMs: 500, costFactor: 1 },
      pollMs: 30,
      cameraLimits: {
        connectMs: 250,
        commandMs: 250,
        listingMs: 1000,
        bodyMs: 200,
        trickleMs: 2000,
        retryDelayMs: 5,
      },
    });
    await this.app.call(routes.updateSettings, { body: { keepFreeGb: 0 } });
  }

  async end(): Promise<void> {
    await this.app?.close();
    for (const camera of this.cameras) await camera.stop();
  }

  async run(): Promise<SoakRun> {
    const { visits } = this.order;
    for (let visit = 0; visit < visits; visit++) {
      await this.visit(visit);
      this.takeStock();
      await this.order.afterVisit?.(visit + 1, this.test);
    }
    const simulatedMs = this.clock.now() - this.startedAt;
    await this.comeToStay();
    const archivedWhenOver = await this.settle();
    this.takeStock();
    const { cameras, errors, test, episodes, events } = this;
    const verdict = await judgeSoak(test, cameras, errors);
    return { test, cameras, verdict, episodes, events, simulatedMs, archivedWhenOver };
  }

  private get test(): TestApp {
    if (this.app === undefined) throw new Error('the soak was not started');
    return this.app;
  }

  private get first(): SoakCamera {
    const [camera] = this.cameras;
    if (camera === undefined) throw new Error('the soak was not started');
    return camera;
  }

  private async newCamera(seed: number): Promise<SoakCamera> {
    const { clipBytes, capacityBytes } = this.order;
    const options: SoakCameraOptions = { clock: this.clock, random: this.random, seed, clipBytes };
    const camera = await SoakCamera.start({
      ...options,
      ...(capacityBytes !== undefined && { capacityBytes }),
    });
    this.cameras.push(camera);
    return camera;
  }

  /** One slot of the day: away and driven, here and troubled. */
  private async visit(visit: number): Promise<void> {
    const { visits, realMs } = this.order;
    const slotMs = realMs / visits;
    const nextAt = performance.now() + slotMs;
    await this.happenings(visit);
    this.drives();
    await sleep(slotMs * (0.05 + 0.15 * this.random()));
    await Promise.all(this.cameras.map((camera) => camera.camera.comeBack()));
    this.whileHere();
    for (const half of [0, 1]) {
      this.trouble(visit * 2 + half);
      await sleep(slotMs * 0.35 * (0.8 + 0.4 * this.random()));
    }
    const how = this.random() < 0.3 ? 'black-hole' : 'refuse';
    this.note(`leaves, ${how}`);
    await Promise.all(this.cameras.map((camera) => camera.camera.goAway(how)));
    for (const { camera } of this.cameras) camera.faults.clear();
    await sleep(Math.max(0, nextAt - performance.now()));
  }

  /** What comes once or a few times in a day. */
  private async happenings(visit: number): Promise<void> {
    const { visits, capacityBytes } = this.order;
    if (capacityBytes !== undefined) return;
    const at = (share: number) => visit === Math.floor(visits * share);
    if (at(0.2)) this.setClock(-3 * 60 * 60);
    if (at(0.3)) this.setClock(3 * 60 * 60);
    if (at(0.4)) await this.addSecond();
    if (at(0.65) || at(0.85)) await this.formatWhenArchived();
  }

  private setClock(seconds: number): void {
    this.note('camera clock set');
    this.first.camera.clock.jump(seconds);
  }

  private async addSecond(): Promise<void> {
    this.note('second camera');
    const second = await this.newCamera(2);
    await this.test.call(routes.addCamera, { body: { name: 'Van', address: second.camera.address } });
    await second.camera.goAway();
  }

  /** A person formats a card when everything is safe. */
  private async formatWhenArchived(): Promise<void> {
    await this.comeToStay();
    await this.settle();
    await this.first.camera.goAway();
    this.note('card formatted');
    this.first.format();
  }

  private drives(): void {
    const [first, second] = this.cameras;
    const captures = between(this.random, 1, this.order.capacityBytes === undefined ? 2 : 6);
    const driven = first?.drive(captures) ?? [];
    second?.driveAs(driven);
  }

  private whileHere(): void {
    const dice = this.random();
    if (dice < 0.4) {
      this.note('records');
      this.first.record();
    } else if (dice < 0.6) {
      this.note('locks');
      this.first.lockNewest();
    } else if (dice < 0.7) {
      this.note('told that it is here');
      void this.test.call(routes.syncNow, { body: {} }).catch((error: unknown) => this.errors.push(error));
    }
  }

  private trouble(turn: number): void {
    const all = this.order.episodes ?? passingEpisodes;
    for (const [index, { camera }] of this.cameras.entries()) {
      // The second camera is some faults behind.
      const episode = all[(turn + index * 7) % all.length];
      if (episode === undefined) continue;
      this.episodes.set(episode.name, (this.episodes.get(episode.name) ?? 0) + 1);
      camera.faults.clear();
      camera.faults.set(episode.faults);
    }
  }

  private note(event: string): void {
    this.events.set(event, (this.events.get(event) ?? 0) + 1);
  }

  private takeStock(): void {
    for (const camera of this.cameras) camera.book();
    this.errors.push(...this.test.log.filter((line) => Number(line['level']) >= 50));
    this.test.log.length = 0;
  }

  private async comeToStay(): Promise<void> {
    for (const { camera } of this.cameras) {
      camera.faults.clear();
      await camera.comeBack();
    }
    // One more drive: of what the card lost last it shows newer clips now.
    this.drives();
  }

  /**
   * Waits until nothing is wanted any more and nothing new is listed, or nothing has changed for long. What was given up
   * is tried again on the next visit: the cameras leave and come again meanwhile. Returns how many clips are archived.
   */
  private async settle(): Promise<number> {
    let known = '';
    let changedAt = performance.now();
    let leaveAt = changedAt + anotherVisitMs;
    let quietSince: number | null = null;
    for (;;) {
      const { left, archived, parts, listing } = await this.standing();
      const isQuiet = left + parts === 0 && !this.records();
      quietSince = isQuiet ? (quietSince ?? listing) : null;
      if (quietSince !== null && (await this.isListedSince(quietSince))) return archived;
      const at = performance.now();
      if (`${archived} ${left} ${parts}` !== known)
        [known, changedAt, leaveAt] = [`${archived} ${left} ${parts}`, at, at + anotherVisitMs];
      if (at - changedAt > stalledMs) return archived;
      if (at > leaveAt) {
        await this.leaveAndComeBack();
        leaveAt = performance.now() + anotherVisitMs;
      }
      await sleep(25);
    }
  }

  private async leaveAndComeBack(): Promise<void> {
    for (const { camera } of this.cameras) await camera.goAway();
    await sleep(100);
    for (const { camera } of this.cameras) await camera.comeBack();
  }

  private records(): boolean {
    return this.cameras.some(({ camera }) => camera.card.recordingEntries.length > 0);
  }

  /** Clips still wanted, clips archived, unfinished downloads, the newest listing. */
  private async standing(): Promise<{ left: number; archived: number; parts: number; listing: number }> {
    const { db } = this.test.app;
    const rows = await db
      .selectFrom('clip')
      .select(['state', (eb) => eb.fn.countAll<number>().as('clips')])
      .groupBy('state')
      .execute();
    const count = (state: string) => rows.find((row) => row.state === state)?.clips ?? 0;
    const parts = await db.selectFrom('part').select('clip_id').execute();
    const newest = await db.selectFrom('listing').select('id').orderBy('id', 'desc').limit(1).execute();
    return {
      left: count('waiting') + count('held') + count('transferring') + count('failed'),
      archived: count('archived'),
      parts: parts.length,
      listing: newest[0]?.id ?? 0,
    };
  }

  /** Every camera was listed whole, twice: what the first of them brought was seen. */
  private async isListedSince(listing: number): Promise<boolean> {
    const rows = await this.test.app.db
      .selectFrom('listing')
      .select(['camera_id', (eb) => eb.fn.countAll<number>().as('listings')])
      .where('id', '>', listing)
      .where('complete', '=', 1)
      .groupBy('camera_id')
      .execute();
    return rows.filter(({ listings }) => listings >= 2).length === this.cameras.length;
  }
}
