import type { Channel, ClipKind } from '../../shared/clips.ts';
import type { Events } from '../../shared/events.ts';
import type { Settings } from '../../shared/settings.ts';
import type { ArchiveVolume } from '../archive/archive-volume.ts';
import type { momentAmong } from '../archive/capture-place-plan.ts';
import type { captureAndSiblings } from '../archive/capture-repository.ts';
import type { ClipRepository } from '../archive/clip-repository.ts';
import type { PartFile } from '../archive/part-file.ts';
import type { planScan } from '../archive/scan-plan.ts';
import type { rowsOf } from '../archive/scan-repository.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Logger } from '../lib/logger.ts';
import type { CameraNameTimes } from '../lib/zones.ts';

/** The file system an import reads from: its calls are limited like those of the recordings volume. */
export type SourceVolume = Pick<ArchiveVolume, 'root' | 'run' | 'release' | 'pathOf' | 'stop'>;

/** How clips come into the ledger, as a scan and a download bring them there. */
export interface LedgerPort {
  planScan: typeof planScan;
  rowsOf: typeof rowsOf;
  captureAndSiblings: typeof captureAndSiblings;
  momentAmong: typeof momentAmong;
}

/** What decides which retention rule a clip falls under. */
export interface RetentionScope {
  cameraId: number;
  kind: ClipKind;
  channel: Channel;
}

/** Makes room under the user's rules; see `RoomKeeper`. */
export interface RoomPort {
  makeRoom(
    newcomer: { name: string; bytes: number; startedAt: number },
    signal: AbortSignal,
  ): Promise<{ ok: true; settle: (bytes: number) => void } | { ok: false; reason: string }>;
  freeFromTrash(bytes: number, signal: AbortSignal): Promise<number>;
}

export interface ImportDeps {
  db: Database;
  clips: ClipRepository;
  volume: ArchiveVolume;
  ledger: LedgerPort;
  times: CameraNameTimes;
  settings: () => Settings;
  events: EventBus<Events>;
  clock: Clock;
  log: Logger;
  /** Of the recordings volume; the path is absolute. */
  openPart: (path: string, trustedBytes: number) => Promise<PartFile>;
  openSource: (root: string) => SourceVolume;
  /** Left out where no rule limits what there may be. */
  room?: RoomPort;
  /** The instant before which a rule would delete such a clip by its age; null when none does. */
  retainFrom: (scope: RetentionScope) => number | null;
  /** A clip that was wanted from a camera is here: the order of downloads is to be made anew. */
  onWantedChanged: () => void;
  /** The text of `/proc/mounts`; left out: as it is. */
  mounts?: string;
  /** An import that had to wait for the volume tries again after this. */
  retryMs?: number;
}
