import type { KnownClip } from '../archive/scan-plan.ts';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { NameTimes } from '../lib/zones.ts';
import { readImportName, type ImportName } from './import-name-policy.ts';
import {
  cameraOf,
  judgeFile,
  type ImportCamera,
  type ImportFacts,
  type ImportFile,
  type ImportRules,
  type Judgement,
  type LedgerClip,
} from './import-plan.ts';
import type { ImportDeps } from './import-types.ts';

export type JudgeDeps = Pick<
  ImportDeps,
  'db' | 'ledger' | 'times' | 'settings' | 'retainFrom' | 'clock' | 'volume'
>;

export interface JudgedFile extends Judgement {
  file: ImportFile;
  name: ImportName;
  cameraId: number | null;
  startedAt: number;
}

/** What the ledger knows of the names of some files. */
interface Known {
  cameras: ImportCamera[];
  byName: Map<string, KnownClip[]>;
  reasons: Map<number, LedgerClip['reason']>;
  inTrash: ReadonlySet<number>;
  times: Map<number, NameTimes>;
}

/** Compares files with the ledger: a handful of indexed look-ups for some hundred of them, and no volume. */
export class ImportJudge {
  private readonly deps: JudgeDeps;

  constructor(deps: JudgeDeps) {
    this.deps = deps;
  }

  /** In their order; at most a thousand. `cameraId`: whose they are, where a person said so. */
  async judge(files: readonly ImportFile[], cameraId: number | null): Promise<JudgedFile[]> {
    const { db } = this.deps;
    const named = files.map((file) => ({ file, name: readImportName(file.path) }));
    const known = await this.known(
      db,
      named.map(({ name }) => name.name),
    );
    const rules = this.rules();
    return named.map(({ file, name }) => {
      const facts = this.factsOf({ file, name }, known, cameraId);
      return { ...judgeFile(facts, rules), file, name, cameraId: facts.cameraId, startedAt: facts.startedAt };
    });
  }

  /** One file, with whose it is; for its turn to come in. */
  async judgeOne(file: ImportFile, cameraId: number | null): Promise<JudgedFile> {
    const [judged] = await this.judge([file], cameraId);
    if (!judged) throw new Error('a file was not judged');
    return judged;
  }

  private rules(): ImportRules {
    const { settings, retainFrom, clock, volume } = this.deps;
    const { protectLocked, keepFreeGb } = settings();
    const { freeBytes } = volume.status;
    return {
      retainFrom,
      protectLocked,
      now: clock.now(),
      roomBytes: freeBytes === null ? null : Math.max(0, freeBytes - keepFreeGb * 1e9),
    };
  }

  private async known(db: Db, names: readonly string[]): Promise<Known> {
    const { ledger, times } = this.deps;
    const cameras = await db.selectFrom('camera').select(['id', 'archive_folder']).orderBy('id').execute();
    const rows = await ledger.rowsOf(db, { names: [...new Set(names)], paths: [] });
    const byName = new Map<string, KnownClip[]>();
    for (const row of rows) {
      const key = row.name.toLowerCase();
      byName.set(key, [...(byName.get(key) ?? []), row]);
    }
    const timesOf = new Map<number, NameTimes>();
    for (const { id } of cameras) timesOf.set(id, await times.of(db, id));
    const ids = rows.filter((row) => row.state !== 'archived').map((row) => row.id);
    return { cameras, byName, times: timesOf, ...(await this.aboutRows(db, ids)) };
  }

  private async aboutRows(db: Db, ids: readonly number[]): Promise<Pick<Known, 'reasons' | 'inTrash'>> {
    if (ids.length === 0) return { reasons: new Map(), inTrash: new Set() };
    const rows = await db.selectFrom('clip').select(['id', 'state_reason']).where(among('id', ids)).execute();
    const trash = await db.selectFrom('trash').select('clip_id').where(among('clip_id', ids)).execute();
    const removals = await db.selectFrom('removal').select('clip_id').where(among('clip_id', ids)).execute();
    return {
      reasons: new Map(rows.map((row) => [row.id, row.state_reason])),
      inTrash: new Set([...trash, ...removals].map((row) => row.clip_id)),
    };
  }

  private factsOf(
    { file, name }: Pick<ImportFacts, 'file' | 'name'>,
    known: Known,
    told: number | null,
  ): ImportFacts {
    const rows = known.byName.get(name.name.toLowerCase()) ?? [];
    const twins = rows.filter((row) => row.state === 'archived' && row.size_bytes === file.bytes);
    const named = [...twins, ...rows].map((row) => row.camera_id);
    const cameraId = cameraOf(file.path, { told, cameras: known.cameras, named });
    const row = this.rowFor({ file, name, cameraId, rows }, known);
    const startedAt = this.startOf({ file, name, cameraId }, known);
    return { file, name, cameraId, startedAt, twinId: twins[0]?.id ?? null, row };
  }

  private startOf(
    { file, name, cameraId }: Pick<ImportFacts, 'file' | 'name' | 'cameraId'>,
    known: Known,
  ): number {
    if (name.parsed === null) return file.mtimeMs ?? this.deps.clock.now();
    const times = known.times.get(cameraId ?? 0) ?? this.deps.times.installation;
    return times.place(name.parsed.localStart).at;
  }

  /** The row that a scan would give this file, were it in the archive. */
  private rowFor(
    on: Pick<ImportFacts, 'file' | 'name' | 'cameraId'> & { rows: readonly KnownClip[] },
    known: Known,
  ): LedgerClip | null {
    const { file, name, cameraId, rows } = on;
    if (cameraId === null || rows.length === 0) return null;
    const now = this.deps.clock.now();
    const underWay = rows.find((row) => row.camera_id === cameraId && row.state === 'transferring');
    const taker =
      underWay ??
      takerOf(
        this.deps.ledger.planScan({
          files: [
            {
              path: name.name,
              sizeBytes: file.bytes,
              mtimeMs: file.mtimeMs ?? now,
              hasGpx: false,
              sidecar: { ...nothingSaid, name: name.name },
            },
          ],
          cameras: [{ id: cameraId, archive_folder: '' }],
          known: rows.map((row) => ({ ...row, path: null })),
          targets: new Set(),
          vanished: new Set(),
          lookedAt: now,
          now,
          place: (localStart) => this.deps.times.installation.place(localStart),
        }),
        rows,
      );
    if (!taker) return null;
    return {
      id: taker.id,
      state: taker.state,
      reason: known.reasons.get(taker.id) ?? null,
      isInTrash: known.inTrash.has(taker.id),
    };
  }
}

/** A sidecar that says nothing but the name. */
export const nothingSaid = {
  name: null,
  kept: false,
  keptAt: null,
  locked: false,
  note: null,
  tags: [],
  time: null,
} as const;

function takerOf(
  { steps }: ReturnType<ImportDeps['ledger']['planScan']>,
  rows: readonly KnownClip[],
): KnownClip | undefined {
  const attach = steps.find((step) => step.kind === 'attach');
  return attach && rows.find((row) => row.id === attach.id);
}
