import { lstat, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Events } from '../../shared/events.ts';
import { isUsable } from '../../shared/status.ts';
import type { Database } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import { Doorbell } from '../lib/abort.ts';
import { errnoOf, messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import { fsyncFolder, writeFileAtomic } from '../lib/files.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import type { ArchiveVolume } from './archive-volume.ts';
import type { BookName } from './book.ts';
import { DecisionsWriter } from './book-decisions-writer.ts';
import { camerasBook } from './book-cameras.ts';
import { journeysBook } from './book-journeys.ts';
import { marksBook } from './book-marks.ts';
import { placesBook } from './book-places.ts';
import { settingsBook, type KeptSettings } from './book-settings.ts';
import { BookWriter } from './book-writer.ts';
import { ManifestWriter } from './manifest-writer.ts';
import { VolumeError } from '../lib/volume-error.ts';
import type { ClipRepository } from './clip-repository.ts';
import { sidecarsDue } from './scan-repository.ts';
import { readSidecarFile, type SidecarFile } from './sidecar-file.ts';
import { encodeSidecar, factsOf, sidecarPlaces } from './sidecar.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';

export interface SidecarWriterDeps {
  db: Database;
  clips: ClipRepository;
  volume: ArchiveVolume;
  events: EventBus<Events>;
  log: Logger;
  /** Left out: the settings are not copied. */
  settings?: KeptSettings;
  /** See `BookWriterDeps`. */
  onUnreadable?: (name: BookName, path: string | null) => Promise<void>;
  /** How often it looks without having heard of anything; one indexed query. */
  idleMs?: number;
  /** Hashes of a day are written at most so often. */
  manifestMs?: number;
  /** Decisions that follow each other within this time are written together. */
  decisionsMs?: number;
  /** After this, what could not be written is tried again. */
  retryMs?: number;
}

const rowsAtOnce = 50;
const writeTimeoutMs = 120_000;

/** Where a clip's sidecar is, or will be, and what is there now. */
interface Place {
  path: string;
  before: Extract<SidecarFile, { kind: 'ours' | 'none' }>;
}

/** Whose files in the book may be other than they were. */
const bookEvents = {
  'camera.changed': ['cameras', 'settings'],
  'clock.changed': ['cameras'],
  'places.changed': ['places'],
  'journeys.changed': ['journeys'],
  'marks.changed': ['marks'],
  'settings.changed': ['settings'],
  'archive.changed': [],
} as const satisfies Partial<Record<keyof Events, readonly BookName[]>>;

/** After which something else may have been decided of clips on a card. */
const decisionEvents = ['clip.archived', 'clips.changed', 'camera.changed', 'archive.changed'] as const;

/**
 * Writes beside each clip what only the ledger knows of it, and in the book of the archive what it knows of the whole,
 * so that the archive outlives the database; removes the sidecar of a clip of which there is nothing left to say. A file there that is not ours, or that we cannot read, is
 * never changed: the sidecar then gets its second name.
 */
export class SidecarWriter implements Component {
  private readonly deps: SidecarWriterDeps;
  private readonly abort = new AbortController();
  private readonly doorbell = new Doorbell();
  /** Clips whose sidecar could not be written for a reason of their own, until they are tried again. */
  private failed = new Set<number>();
  private failedSince = -Infinity;
  private stopListening: (() => void)[] = [];
  private running: Promise<void> | undefined;
  /** The last write in the hands of the system: one that hangs must not end behind a later one. */
  private underWay: Promise<unknown> = Promise.resolve();
  private readonly book: BookWriter;
  private readonly manifests: ManifestWriter;
  private readonly decisions: DecisionsWriter;

  constructor(deps: SidecarWriterDeps) {
    this.deps = deps;
    const { db, volume, log, settings } = deps;
    const shared = {
      db,
      volume,
      log,
      inTurn: (change: () => Promise<void>) => this.inTurn(change),
      unlessStopped: <T>(call: Promise<T>) => this.unlessStopped(call),
    };
    const books = [
      camerasBook,
      placesBook,
      journeysBook,
      marksBook,
      ...(settings ? [settingsBook(settings)] : []),
    ];
    this.book = new BookWriter({ ...shared, books, onUnreadable: deps.onUnreadable });
    this.manifests = new ManifestWriter({
      ...shared,
      ...(deps.manifestMs !== undefined && { everyMs: deps.manifestMs }),
    });
    this.decisions = new DecisionsWriter({
      ...shared,
      ...(deps.decisionsMs !== undefined && { everyMs: deps.decisionsMs }),
    });
  }

  start(): void {
    const { events } = this.deps;
    const names = ['clip.archived', 'clips.changed'] as const;
    this.stopListening = decisionEvents.map((name) => events.on(name, () => this.decisions.note()));
    for (const name of names) this.stopListening.push(events.on(name, () => this.nudge()));
    for (const name of Object.keys(bookEvents) as (keyof typeof bookEvents)[])
      this.stopListening.push(
        events.on(name, () => {
          this.book.note(...bookEvents[name]);
          this.nudge();
        }),
      );
    this.running = this.run();
  }

  async stop(): Promise<void> {
    for (const stop of this.stopListening) stop();
    this.abort.abort();
    await this.running;
  }

  /** Something may be due. */
  nudge(): void {
    this.doorbell.ring();
  }

  private async run(): Promise<void> {
    const { signal } = this.abort;
    while (!signal.aborted) {
      try {
        await this.drain();
        await this.book.bringUpToDate();
        await this.decisions.bringUpToDate();
        await this.manifests.bringUpToDate();
      } catch (error) {
        if (signal.aborted) return;
        // The world is not ready: the volume says so itself, and is tried again when it is.
        if (!(error instanceof VolumeError))
          this.deps.log.error({ reason: messageOf(error) }, 'sidecars were not written');
      }
      await this.doorbell.wait(Math.min(this.deps.idleMs ?? 30_000, this.decisions.waitMs), signal);
    }
  }

  private async drain(): Promise<void> {
    const { db, volume, retryMs = 10 * 60_000 } = this.deps;
    if (performance.now() - this.failedSince > retryMs) this.failed.clear();
    for (let after = 0; ;) {
      const rows = await sidecarsDue(db, after, rowsAtOnce);
      const due = rows.filter((row) => !this.failed.has(row.id));
      after = rows.at(-1)?.id ?? 0;
      if (rows.length === 0) return;
      // A share that was unmounted must not be written into; a disk is not woken for what cannot be written.
      if (due.length > 0 && !isUsable(await this.unlessStopped(volume.check()))) return;
      for (const row of due) {
        if (this.abort.signal.aborted) return;
        await this.bringUpToDate(row);
      }
    }
  }

  private async bringUpToDate(row: ClipRow): Promise<void> {
    try {
      if (row.state === 'archived' && row.path !== null) await this.write(row, row.path);
      await this.settle(row);
    } catch (error) {
      if (error instanceof VolumeError || this.abort.signal.aborted) throw error;
      // The volume as a whole, not this sidecar.
      if (['ENOSPC', 'EDQUOT', 'EROFS'].includes(errnoOf(error) ?? '')) throw error;
      if (this.failed.size === 0) this.failedSince = performance.now();
      this.failed.add(row.id);
      // A clip that is not there now may come back, and nobody needs to hear of it every time.
      const level = errnoOf(error) === 'ENOENT' ? 'debug' : 'warn';
      this.deps.log[level]({ path: row.path, reason: messageOf(error) }, 'a sidecar could not be written');
    }
  }

  private async write(row: ClipRow, path: string): Promise<void> {
    const { volume } = this.deps;
    // Beside a clip only: an orphan in the folder of a clip that is gone would say nothing to anybody.
    await this.unlessStopped(volume.run('looking for a clip', () => lstat(volume.pathOf(path))));
    const place = await this.placeFor(path);
    if (!place) {
      this.deps.log.warn(
        { path },
        'both names of a sidecar are taken; what is known of this clip is in the ledger only',
      );
      return;
    }
    const { before } = place;
    const text = encodeSidecar(factsOf(row), before.kind === 'ours' ? before.rest : {}, row.size_bytes);
    if (text === (before.kind === 'ours' ? before.text : null)) return;
    const file = volume.pathOf(place.path);
    await this.unlessStopped(this.inTurn(() => (text === null ? remove(file) : writeFileAtomic(file, text))));
  }

  private async placeFor(clipPath: string): Promise<Place | undefined> {
    const usable: Place[] = [];
    for (const path of sidecarPlaces(clipPath)) {
      const before = await this.unlessStopped(readSidecarFile(this.deps.volume, path));
      if (before.kind === 'ours') return { path, before };
      if (before.kind === 'none') usable.push({ path, before });
      if (before.kind === 'broken')
        this.deps.log.warn({ path, reason: before.reason }, 'a sidecar cannot be read; it is left as it is');
    }
    return usable[0];
  }

  /** A call that hangs goes on by itself when the program ends. */
  private unlessStopped<T>(call: Promise<T>): Promise<T> {
    return unlessAborted(call, this.abort.signal);
  }

  private async inTurn(change: () => Promise<void>): Promise<void> {
    await this.deps.volume.run(
      'writing a sidecar',
      () => {
        const changed = this.underWay.then(change);
        this.underWay = changed.catch(() => undefined);
        return changed;
      },
      writeTimeoutMs,
    );
  }

  /** Nothing is due any more, unless what is to be said has changed meanwhile. */
  private async settle(row: ClipRow): Promise<void> {
    const { db, clips } = this.deps;
    await db.transaction().execute(async (trx) => {
      const now = await clips.byId(trx, row.id);
      const same = now?.state === row.state && now.path === row.path && sameFacts(now, row);
      if (same) await trx.updateTable('clip').set({ sidecar_due: 0 }).where('id', '=', row.id).execute();
    });
  }
}

const sameFacts = (a: ClipRow, b: ClipRow) =>
  a.size_bytes === b.size_bytes && isDeepStrictEqual(factsOf(a), factsOf(b));

async function remove(file: string): Promise<void> {
  await rm(file, { force: true });
  await fsyncFolder(dirname(file));
}
