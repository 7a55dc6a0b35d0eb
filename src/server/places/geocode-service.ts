import type { Events } from '../../shared/events.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Position } from '../../shared/tracks.ts';
import type { Database } from '../db/open.ts';
import type { ProblemService } from '../health/problem-service.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { askGeocoder, type GeocodeOutcome } from './geocoder-client.ts';
import { backOffMs, cellKey, cellOf, isWanted, languageOf, requestFor, type Cell } from './geocode-policy.ts';
import { GeocodeRepository } from './geocode-repository.ts';

export interface GeocodeServiceDeps {
  db: Database;
  settings: () => Settings;
  events: EventBus<Events>;
  problems: Pick<ProblemService, 'raise' | 'end'>;
  clock: Clock;
  log: Logger;
  /** Of this program, for its name towards the server. */
  version: string;
  /** Other waits, for tests. */
  pace?: Partial<GeocodePace>;
}

/** Milliseconds. */
export interface GeocodePace {
  /** From one request to a public server to the next. */
  publicMs: number;
  /** The same towards a server of the user's own. */
  ownMs: number;
  timeoutMs: number;
  /** New names are told at most this often. */
  tellMs: number;
  backOffMs: (failures: number) => number;
}

const usualPace: GeocodePace = { publicMs: 1100, ownMs: 50, timeoutMs: 10_000, tellMs: 3000, backOffMs };

/** What was asked for last is on the screen now; what is beyond this is asked for again when it is looked at. */
const mostQueued = 500;
const failuresBeforeProblem = 3;
const failuresEach = 4;
const problemKey = 'places:geocoder';

interface Asked {
  cell: Cell;
  position: Position;
  failures: number;
}

/**
 * Asks a geocoder for the names of positions that pages showed, one after the other, in the background; only once the
 * user chose one, and only as long as that is so. Names come by `places.changed`.
 */
export class GeocodeService implements Component {
  private readonly deps: GeocodeServiceDeps;
  private readonly pace: GeocodePace;
  private readonly repository = new GeocodeRepository();
  /** By cell; the last is the next. */
  private readonly queue = new Map<string, Asked>();
  /** Ends the request under way, and waiting; renewed with the settings. */
  private current = new AbortController();
  private running: Promise<void> | null = null;
  private isStopped = true;
  private failures = 0;
  private hasProblem = false;
  private lastAskedAt = Number.NEGATIVE_INFINITY;
  private lastToldAt = Number.NEGATIVE_INFINITY;
  private tellTimer: NodeJS.Timeout | null = null;
  private unsubscribe: (() => void) | null = null;

  constructor(deps: GeocodeServiceDeps) {
    this.deps = deps;
    this.pace = { ...usualPace, ...deps.pace };
  }

  start(): void {
    this.isStopped = false;
    // One of an earlier run may be open still.
    this.hasProblem = true;
    if (this.deps.settings().geocoder === 'off') this.endProblem();
    this.unsubscribe = this.deps.events.on('settings.changed', ({ keys }) => {
      if (keys.some((key) => key.startsWith('geocoder'))) this.settingsChanged();
    });
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.unsubscribe?.();
    this.queue.clear();
    this.current.abort();
    if (this.tellTimer) clearTimeout(this.tellTimer);
    await this.running;
  }

  /** Names that somebody looked for and that are not known; returns at once. Does nothing while it is off. */
  want(positions: readonly Position[]): void {
    if (this.isStopped || this.deps.settings().geocoder === 'off') return;
    for (const position of positions) {
      const cell = cellOf(position);
      const key = cellKey(cell);
      this.queue.delete(key);
      this.queue.set(key, { cell, position, failures: 0 });
    }
    for (const key of this.queue.keys()) {
      if (this.queue.size <= mostQueued) break;
      this.queue.delete(key);
    }
    this.kick();
  }

  private settingsChanged(): void {
    // What is under way was asked for under other settings.
    this.current.abort();
    this.current = new AbortController();
    this.failures = 0;
    if (this.deps.settings().geocoder === 'off') this.queue.clear();
    this.endProblem();
    // The pages ask again, for what they show has another language now, or may be asked for.
    this.tell();
  }

  private kick(): void {
    this.running ??= this.work()
      .catch((error: unknown) =>
        this.deps.log.error({ reason: messageOf(error) }, 'names of positions cannot be fetched'),
      )
      .finally(() => {
        this.running = null;
        if (this.queue.size > 0 && !this.isStopped) this.kick();
      });
  }

  private async work(): Promise<void> {
    while (!this.isStopped && this.queue.size > 0) {
      const { signal } = this.current;
      await this.waitForTurn(signal);
      if (signal.aborted) continue;
      const asked = [...this.queue.values()].at(-1);
      if (asked) await this.ask(asked, signal);
    }
  }

  private async waitForTurn(signal: AbortSignal): Promise<void> {
    const request = requestFor(this.deps.settings(), { latitude: 0, longitude: 0 }, this.deps.version);
    const gapMs = request?.isPublic === false ? this.pace.ownMs : this.pace.publicMs;
    await pause(this.lastAskedAt + gapMs - performance.now(), signal);
  }

  private async ask(asked: Asked, signal: AbortSignal): Promise<void> {
    const { cell, position } = asked;
    const { db, clock, version } = this.deps;
    const settings = this.deps.settings();
    const known = (await this.repository.known(db, [cell])).get(cellKey(cell)) ?? null;
    const request = requestFor(settings, position, version);
    if (settings.geocoder === 'off' || !request || !isWanted(known, settings, clock.now())) {
      this.queue.delete(cellKey(cell));
      return;
    }
    // The database took its time: the user may have changed his mind.
    if (signal.aborted) return;
    const outcome = await askGeocoder(request, {
      geocoder: settings.geocoder,
      signal,
      timeoutMs: this.pace.timeoutMs,
    });
    this.lastAskedAt = performance.now();
    if (outcome.kind === 'stopped' || signal.aborted) return;
    if (outcome.kind === 'failed') {
      asked.failures++;
      // It may be the position: others have their turn, and this one when somebody looks at it again.
      if (asked.failures >= failuresEach) this.queue.delete(cellKey(cell));
      return this.failed(outcome, signal);
    }
    this.succeeded();
    this.queue.delete(cellKey(cell));
    const label = outcome.kind === 'name' ? outcome.label : '';
    const language = languageOf(settings);
    const name = { label, language, fetchedAt: clock.now(), source: settings.geocoder };
    await this.repository.keep(db, cell, name);
    if (label !== '') this.tell();
  }

  private async failed(
    { words, waitMs }: Extract<GeocodeOutcome, { kind: 'failed' }>,
    signal: AbortSignal,
  ): Promise<void> {
    this.failures++;
    if (this.failures === 1) this.deps.log.warn({ reason: words }, 'the geocoder gave no name');
    if (this.failures >= failuresBeforeProblem) await this.raiseProblem(words);
    await pause(Math.max(waitMs ?? 0, this.pace.backOffMs(this.failures)), signal);
  }

  private succeeded(): void {
    if (this.failures > 0) this.deps.log.info('the geocoder gives names again');
    this.failures = 0;
    this.endProblem();
  }

  private async raiseProblem(words: string): Promise<void> {
    this.hasProblem = true;
    await this.deps.problems.raise({
      key: problemKey,
      severity: 'warning',
      message: `The server for names of streets gives none: ${words}. Names of towns are shown instead.`,
      advice:
        'Look at its address under Settings, Maps and names, or switch it off. It is tried again by itself.',
    });
  }

  private endProblem(): void {
    if (!this.hasProblem) return;
    this.hasProblem = false;
    this.deps.problems
      .end(problemKey)
      .catch((error: unknown) =>
        this.deps.log.error({ reason: messageOf(error) }, 'a problem could not be ended'),
      );
  }

  /** Soon, and not for every name. */
  private tell(): void {
    if (this.tellTimer || this.isStopped) return;
    const waitMs = Math.max(0, this.lastToldAt + this.pace.tellMs - performance.now());
    this.tellTimer = setTimeout(() => {
      this.tellTimer = null;
      this.lastToldAt = performance.now();
      this.deps.events.emit('places.changed', {});
    }, waitMs);
    this.tellTimer.unref();
  }
}

/** Ends early, without an error, when the signal fires. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    timer.unref();
    signal.addEventListener('abort', end);
  });
}
