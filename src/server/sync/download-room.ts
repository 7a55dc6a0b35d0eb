import type { Settings } from '../../shared/settings.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { ClipRow } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { DownloadFailure } from './download-failure.ts';
import { isDateInDoubt } from './fetch-rules.ts';

/** Makes room in the archive under the user's rules for what is about to arrive. */
export interface Room {
  /**
   * Room for all of a clip; `settle` says what it takes without being counted in the archive (the bytes of its part,
   * 0 once it is filed or gone). A refusal has its reason in words.
   */
  makeRoom(
    newcomer: Sized & { name: string },
    signal: AbortSignal,
  ): Promise<{ ok: true; settle: (bytes: number) => void } | { ok: false; reason: string }>;
  /** Why such a clip was refused a moment ago; null when it is worth asking. */
  refusal(clip: Sized): string | null;
  /** Empties the trash by so many bytes where it has any; returns how many are free of it. */
  freeFromTrash(bytes: number, signal: AbortSignal): Promise<number>;
}

interface Sized {
  bytes: number;
  startedAt: number;
}

export interface DownloadRoomDeps {
  volume: Pick<ArchiveVolume, 'freeBytes'>;
  settings(): Settings;
  clock: Clock;
  /** Left out where no rule limits what there may be. */
  room?: Room;
}

/** What is known of a download before its first byte. */
export interface Begun {
  /** Bytes that are here already. */
  have: number;
  /** All of them, as the camera served them before; null when it never did. */
  totalBytes: number | null;
}

type Settle = (bytes: number) => void;

/** Sees to it that a clip is only begun when there is room for it: on the disk, and under the rules. */
export class DownloadRoom {
  private readonly deps: DownloadRoomDeps;
  /** Of clips on their way, and of those of which a part lies here. */
  private readonly taken = new Map<number, { bytes: number; settle: Settle }>();

  constructor(deps: DownloadRoomDeps) {
    this.deps = deps;
  }

  /** Rejects with a `DownloadFailure('space')` when there is no room for the clip. */
  async take(clip: ClipRow, { have, totalBytes }: Begun, signal: AbortSignal): Promise<void> {
    const bytes = Math.max(clip.remote_size_bytes ?? 0, totalBytes ?? 0);
    await this.underRules(clip, bytes, signal);
    await this.onDisk(Math.max(bytes - have, 0), signal);
  }

  /** The camera serves more than there is room for: some list rounded sizes, or none. */
  async extend(clip: ClipRow, totalBytes: number, signal: AbortSignal): Promise<void> {
    const taken = this.taken.get(clip.id);
    if (taken && totalBytes > taken.bytes) await this.underRules(clip, totalBytes, signal);
  }

  /** The clip is filed or gone, or `bytes` of it are left in its part. */
  settle(clipId: number, bytes: number): void {
    this.taken.get(clipId)?.settle(bytes);
    if (bytes === 0) this.taken.delete(clipId);
  }

  /** Why such a clip was refused a moment ago; null when it is worth asking. */
  refusal(clip: Sized): string | null {
    return this.deps.room?.refusal({ ...clip, startedAt: this.countsFrom(clip.startedAt) }) ?? null;
  }

  /** Whether these clips and what is to stay free fit into the free bytes. */
  fitTogether(clips: readonly ClipRow[], freeBytes: number): boolean {
    const needed = clips.reduce((sum, clip) => sum + (clip.remote_size_bytes ?? 0), 0);
    return freeBytes - needed >= this.keepFreeBytes;
  }

  private get keepFreeBytes(): number {
    return this.deps.settings().keepFreeGb * 1e9;
  }

  /** From when the archive will count the age of a clip; what a reset clock has dated must not be refused for its age. */
  private countsFrom(startedAt: number): number {
    const now = this.deps.clock.now();
    return isDateInDoubt(startedAt, now) ? now : Math.min(startedAt, now);
  }

  private async underRules(clip: ClipRow, bytes: number, signal: AbortSignal): Promise<void> {
    const { room } = this.deps;
    if (!room) return;
    // Its own part must not stand in its way.
    const before = this.taken.get(clip.id);
    before?.settle(0);
    const startedAt = this.countsFrom(clip.started_at);
    const verdict = await room.makeRoom({ name: clip.name, bytes, startedAt }, signal);
    if (!verdict.ok) throw new DownloadFailure('space', verdict.reason, { refused: true });
    this.taken.set(clip.id, { bytes, settle: verdict.settle });
  }

  /** What is to stay free comes before what lies in the trash. */
  private async onDisk(needed: number, signal: AbortSignal): Promise<void> {
    const { volume, room } = this.deps;
    const keepFree = this.keepFreeBytes;
    let free = await volume.freeBytes();
    const short = keepFree + needed - free;
    if (short > 0 && (await room?.freeFromTrash(short, signal))) free = await volume.freeBytes();
    if (free - needed >= keepFree) return;
    throw new DownloadFailure(
      'space',
      `The recordings volume has ${gigabytes(free)} free; this clip needs ${gigabytes(needed)} and ${gigabytes(keepFree)} are to stay free.`,
      { freeBytesNeeded: keepFree + needed },
    );
  }
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`;
