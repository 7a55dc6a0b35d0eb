import type { ClipRow } from '../db/schema.ts';
import type { ImportDeps } from './import-types.ts';

export type TellerDeps = Pick<ImportDeps, 'events' | 'onWantedChanged'>;

/** A page that shows an import asks for it again at each of these. */
const changeEveryMs = 1000;
/** The order of downloads is read anew each time. */
const wantedEveryMs = 2000;

/** Tells others what an import does, but not more often than they want to hear it. */
export class ImportTeller {
  private readonly deps: TellerDeps;
  private readonly pending = new Set<number>();
  private timer: NodeJS.Timeout | undefined;
  private wantedTimer: NodeJS.Timeout | undefined;

  constructor(deps: TellerDeps) {
    this.deps = deps;
  }

  /** Told soon, and at most once a second. */
  changed(importId: number): void {
    this.pending.add(importId);
    this.timer ??= setTimeout(() => this.flush(), changeEveryMs).unref();
  }

  archived(clip: ClipRow, wasWanted: boolean): void {
    const { id: clipId, camera_id: cameraId, local_day: localDay } = clip;
    this.deps.events.emit('clip.archived', { clipId, cameraId, localDay });
    if (wasWanted) this.wantedTimer ??= setTimeout(() => this.wantedChanged(), wantedEveryMs).unref();
  }

  /** Now, when anything of it is due. */
  flushWanted(): void {
    if (this.wantedTimer) this.wantedChanged();
  }

  stop(): void {
    clearTimeout(this.timer);
    clearTimeout(this.wantedTimer);
  }

  private wantedChanged(): void {
    clearTimeout(this.wantedTimer);
    this.wantedTimer = undefined;
    this.deps.onWantedChanged();
  }

  private flush(): void {
    this.timer = undefined;
    const ids = [...this.pending];
    this.pending.clear();
    for (const importId of ids) this.deps.events.emit('import.changed', { importId });
  }
}
