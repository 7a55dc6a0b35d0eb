import type { ImportItemRow, ImportItemTable, ImportRow } from '../db/schema-media.ts';
import type { Insertable } from 'kysely';
import { readAppState } from '../db/app-state.ts';
import type { ImportJudge, JudgedFile } from './import-judge.ts';
import { firstState } from './import-plan.ts';
import { optionsOf, type ImportRepository } from './import-repository.ts';
import type { ImportDeps, SourceVolume } from './import-types.ts';
import { ImportWalk, type SeenFile } from './import-walk.ts';

export interface PlannerDeps extends Pick<ImportDeps, 'db'> {
  repository: ImportRepository;
  judge: ImportJudge;
  onProgress: () => void;
}

/** The row of a file that was judged. */
export function itemRow(
  importId: number,
  judged: JudgedFile,
  on: { state: ImportItemRow['state']; hasGpx: boolean },
): Insertable<ImportItemTable> {
  const { file, name, verdict, clipId, message } = judged;
  return {
    import_id: importId,
    path: file.path,
    name: name.name,
    bytes: file.bytes,
    mtime_ms: file.mtimeMs,
    has_gpx: on.hasGpx ? 1 : 0,
    local_start: name.parsed?.localStart ?? null,
    verdict,
    state: on.state,
    clip_id: verdict === 'known' ? clipId : null,
    message,
  };
}

/** The dry run of a folder: every file with what it is to the archive; nothing but the database is written. */
export class ImportPlanner {
  private readonly deps: PlannerDeps;

  constructor(deps: PlannerDeps) {
    this.deps = deps;
  }

  /**
   * Returns what is to be said of it, for people. Rejects with a `WalkRefusal`, with what the source says when its
   * root cannot be read, and with the signal's reason.
   */
  async plan(row: ImportRow, source: SourceVolume, signal: AbortSignal): Promise<string | null> {
    const { db } = this.deps;
    const archiveId = await readAppState(db, 'archive.marker');
    const walk = new ImportWalk({ source, signal, archiveId });
    for await (const seen of walk.files()) {
      await this.add(row, seen);
      this.deps.onProgress();
      signal.throwIfAborted();
    }
    const { length } = walk.unread;
    if (length === 0) return null;
    return `${length} ${length === 1 ? 'folder' : 'folders'} could not be read: ${walk.unread.slice(0, 3).join(', ')}${length > 3 ? ', …' : ''}.`;
  }

  private async add(row: ImportRow, seen: readonly SeenFile[]): Promise<void> {
    const { db, judge, repository } = this.deps;
    const options = optionsOf(row);
    const judged = await judge.judge(seen, row.camera_id);
    const rows = judged.map((one, at) => {
      const { fault = null, hasGpx = false } = seen[at] ?? {};
      const told: JudgedFile =
        fault === null ? one : { ...one, verdict: 'unreadable', clipId: null, message: fault };
      return itemRow(row.id, told, { state: firstState(told.verdict, { options, isUpload: false }), hasGpx });
    });
    await repository.addItems(db, rows);
  }
}
