import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Settings } from '../../shared/settings.ts';
import type { Database, Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import type { GpsReading } from '../tracks/track-types.ts';
import { afterUnreadable, noRecords, triageTargets, type TriageTarget } from './triage-policy.ts';
import {
  readSparse,
  type GpsPieces,
  type ReadSpan,
  type SparseHints,
  type SparseReading,
} from './triage-read.ts';
import { TriageRepository } from './triage-repository.ts';
import { readSparseStream } from './triage-stream.ts';

/** Where tracks are kept: `TrackRepository` of tracks/. */
export interface TrackPort {
  put(
    trx: Db,
    track: {
      clip: Pick<ClipRow, 'id'>;
      source: 'triage';
      readAt: number;
      reading: Pick<GpsReading, 'records'>;
    },
  ): Promise<boolean>;
  remove(trx: Db, clipIds: readonly number[]): Promise<void>;
}

export interface TriageDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  settings: () => Pick<Settings, 'triage'>;
  tracks: TrackPort;
  gps: GpsPieces;
  /** Tracks of these captures' cameras have changed: journeys are due. Left out where nobody waits for it. */
  onChange?: () => void;
}

const rowsPerTransaction = 200;

/**
 * What is known of tracks of clips that are still on their cameras: what to read next, what was read, and its removal
 * when the setting is switched off. The reading itself is `CameraTriage`.
 */
export class Triage implements Component {
  private readonly gps: GpsPieces;
  private readonly deps: TriageDeps;
  private readonly rows = new TriageRepository();
  private readonly abort = new AbortController();
  private tidying: Promise<void> = Promise.resolve();

  constructor(deps: TriageDeps) {
    this.deps = deps;
    this.gps = deps.gps;
  }

  /** What a switch that was thrown, or a crash, has left behind is removed in the background. */
  start(): void {
    this.settingsChanged();
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.tidying;
  }

  get isOn(): boolean {
    return this.deps.settings().triage;
  }

  /** The setting may have been switched off: then what was read so goes, with its journeys. */
  settingsChanged(): void {
    this.tidying = this.tidying
      .then(() => (this.isOn ? this.rows.dropOrphans(this.deps.db) : this.removeAll()))
      .catch((error: unknown) => this.deps.log.error({ err: error }, 'tracks of triage could not be tidied'));
  }

  /** Resolves when what was to be removed is. */
  async tidied(): Promise<void> {
    await this.tidying;
  }

  /** The clips of a camera whose tracks are to be read now, newest first. */
  async targets(cameraId: number): Promise<TriageTarget[]> {
    const { db, clock } = this.deps;
    if (!this.isOn) return [];
    const clips = await this.rows.clips(db, cameraId);
    const captures = [...new Set(clips.map((clip) => clip.capture_id))];
    return triageTargets(clips, await this.rows.settledCaptures(db, captures), clock.now());
  }

  /** The clip as it is now; undefined when nothing is to be read of it any more. */
  async clipOf(target: TriageTarget): Promise<(ClipRow & { remote_path: string }) | undefined> {
    const clip = await this.rows.wantedClip(this.deps.db, target.id);
    const isFree = clip && clip.state !== 'transferring' && !isUnfinished(clip);
    return isFree && clip.remote_path !== null ? { ...clip, remote_path: clip.remote_path } : undefined;
  }

  /** A few positions of a clip on its camera. Rejects with an `UnreadableClip`, or with what `read` rejects with. */
  read(clip: ClipRow, read: ReadSpan, hints: SparseHints): Promise<SparseReading> {
    const { gps } = this;
    const file = { sizeBytes: clip.remote_size_bytes, sizeExact: clip.remote_size_exact === 1 };
    if (clip.container === 'ts') return readSparseStream(read, file, hints, gps);
    return readSparse(read, file, hints, gps);
  }

  /** Keeps what was read; what is switched off, or came in whole meanwhile, is not touched. */
  async keep(clip: ClipRow, sparse: SparseReading): Promise<void> {
    const { reading, hasRecords } = sparse;
    const hasFix = reading.records.some((record) => record.isFix);
    const readAt = this.deps.clock.now();
    await this.note(clip, async (trx) => {
      const isKept = hasFix && (await this.deps.tracks.put(trx, { clip, source: 'triage', readAt, reading }));
      const error = hasRecords ? (reading.notes[0] ?? null) : noRecords;
      return isKept
        ? { outcome: 'track', next_at: null, error: null }
        : { outcome: 'no_fix', next_at: null, error };
    });
    this.deps.onChange?.();
  }

  /** It could not be read, for reasons of its own. */
  async keepFailure(clip: ClipRow, reason: string): Promise<void> {
    await this.note(clip, async (trx) => {
      const tries = await this.rows.triesOf(trx, clip.id);
      return { ...afterUnreadable(tries, this.deps.clock.now()), error: reason };
    });
  }

  private async note(
    clip: ClipRow,
    judge: (trx: Db) => Promise<{
      outcome: 'track' | 'no_fix' | 'unreadable' | 'failed';
      tries?: number;
      next_at: number | null;
      error: string | null;
    }>,
  ): Promise<void> {
    const { db, clock } = this.deps;
    await db.transaction().execute(async (trx) => {
      if (!this.isOn || !(await this.rows.wantedClip(trx, clip.id))) return;
      const tries = (await this.rows.triesOf(trx, clip.id)) + 1;
      const judged = await judge(trx);
      await this.rows.put(trx, {
        tries,
        ...judged,
        clip_id: clip.id,
        camera_id: clip.camera_id,
        at: clock.now(),
      });
    });
  }

  /** A few hundred a transaction; what a crash leaves, the next start removes. */
  private async removeAll(): Promise<void> {
    const { db, tracks, onChange } = this.deps;
    for (let after = 0; !this.abort.signal.aborted && !this.isOn; await yieldToOthers()) {
      const { ids, tracks: withTrack } = await this.rows.someAfter(db, after, rowsPerTransaction);
      if (ids.length === 0) break;
      await db.transaction().execute(async (trx) => {
        await tracks.remove(trx, withTrack);
        await this.rows.forget(trx, ids);
      });
      after = ids.at(-1) ?? after;
      onChange?.();
    }
  }
}

const isUnfinished = (clip: ClipRow) => clip.state_reason === 'recording' || clip.state_reason === 'growing';
