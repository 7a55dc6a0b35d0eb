import type { Events } from '../../shared/events.ts';
import type { NotesChange } from '../../shared/notes.ts';
import type { OwnMark, OwnMarkInput, OwnMarkPatch } from '../../shared/own-marks.ts';
import type { Database, Db } from '../db/open.ts';
import type { MarkRow } from '../db/schema-notes.ts';
import type { Clock } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import { MarkRepository, type MarkSpan } from './mark-repository.ts';

export interface MarkServiceDeps {
  db: Database;
  events: EventBus<Events>;
  clock: Clock;
  /** Where many that are made at once can be taken back. */
  undo?: { remember(restore: () => Promise<number>, rows?: number): string };
  /** More than anybody makes; the book of the archive is one file. */
  mostMarks?: number;
}

const mostListed = 1000;
const mostKept = 10_000;

/** Moments that people marked, by instant: a mark outlives the clips it was made on. */
export class MarkService {
  private readonly deps: MarkServiceDeps;
  private readonly marks = new MarkRepository();

  constructor(deps: MarkServiceDeps) {
    this.deps = deps;
  }

  /** The first 1,000 of a span. Throws `invalid` when it ends before it begins. */
  async list(span: MarkSpan): Promise<{ marks: OwnMark[]; isPartial: boolean }> {
    if (span.to < span.from) throw new AppError('invalid', 'The span ends before it begins.');
    const rows = await this.marks.within(this.deps.db, span, mostListed + 1);
    return { marks: rows.slice(0, mostListed).map(viewOf), isPartial: rows.length > mostListed };
  }

  /** The very same mark is made once. Throws `invalid` for a camera that is not there, `conflict` when there are too many. */
  async add(input: OwnMarkInput): Promise<OwnMark> {
    const { row, isNew } = await this.deps.db.transaction().execute((trx) => this.put(trx, input));
    if (isNew) this.changed(row.at, row.at);
    return viewOf(row);
  }

  /** All or none; taken back, those go that were made, and are as they were made. Throws what `add` does. */
  async addSeveral(inputs: readonly OwnMarkInput[]): Promise<NotesChange> {
    const made = await this.deps.db.transaction().execute(async (trx) => {
      const rows: MarkRow[] = [];
      for (const input of inputs) {
        const { row, isNew } = await this.put(trx, input);
        if (isNew) rows.push(row);
      }
      return rows;
    });
    if (made.length === 0) return { changed: 0, full: 0, undo: null };
    this.tellOf(made);
    const undo = this.deps.undo?.remember(() => this.takeBack(made), made.length) ?? null;
    return { changed: made.length, full: 0, undo };
  }

  private async takeBack(made: readonly MarkRow[]): Promise<number> {
    const gone = await this.deps.db.transaction().execute(async (trx) => {
      const rows: MarkRow[] = [];
      for (const row of made) {
        const now = await this.marks.byId(trx, row.id);
        if (now?.at !== row.at || now.text !== row.text) continue;
        await this.marks.remove(trx, row.id);
        rows.push(row);
      }
      return rows;
    });
    this.tellOf(gone);
    return gone.length;
  }

  private async put(trx: Db, input: OwnMarkInput): Promise<{ row: MarkRow; isNew: boolean }> {
    const { clock, mostMarks = mostKept } = this.deps;
    const known = await this.marks.same(trx, input);
    if (known) return { row: known, isNew: false };
    if (input.cameraId !== null && !(await this.marks.hasCamera(trx, input.cameraId)))
      throw new AppError('invalid', 'There is no such camera.');
    if ((await this.marks.count(trx)) >= mostMarks)
      throw new AppError('conflict', 'There are too many marks. Delete some that are no longer needed.');
    return { row: await this.marks.insert(trx, input, clock.now()), isNew: true };
  }

  /** Throws `not_found`. */
  async update(id: number, patch: OwnMarkPatch): Promise<OwnMark> {
    const { before, row } = await this.deps.db.transaction().execute(async (trx) => {
      const before = await this.known(trx, id);
      return { before, row: await this.marks.change(trx, before, patch) };
    });
    this.changed(Math.min(before.at, row.at), Math.max(before.at, row.at));
    return viewOf(row);
  }

  /** Throws `not_found`. */
  async remove(id: number): Promise<void> {
    const row = await this.deps.db.transaction().execute(async (trx) => {
      const row = await this.known(trx, id);
      await this.marks.remove(trx, id);
      return row;
    });
    this.changed(row.at, row.at);
  }

  private async known(db: Db, id: number): Promise<MarkRow> {
    const row = await this.marks.byId(db, id);
    if (!row) throw new AppError('not_found', 'There is no such mark.');
    return row;
  }

  private tellOf(rows: readonly MarkRow[]): void {
    if (rows.length === 0) return;
    const instants = rows.map(({ at }) => at);
    this.changed(Math.min(...instants), Math.max(...instants));
  }

  private changed(from: number, to: number): void {
    this.deps.events.emit('marks.changed', { from, to });
  }
}

const viewOf = ({ id, camera_id, at, text, created_at }: MarkRow): OwnMark => ({
  id,
  cameraId: camera_id,
  at,
  text,
  createdAt: created_at,
});
