import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Events } from '../../shared/events.ts';
import type { NotesChange, TagChange } from '../../shared/notes.ts';
import { among, updateRows } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import { chunks } from '../lib/chunks.ts';
import type { EventBus } from '../lib/event-bus.ts';
import { planTags } from './clip-notes-plan.ts';

export interface ClipNotesDeps {
  db: Database;
  events: EventBus<Events>;
  undo: { remember(restore: () => Promise<number>, rows?: number): string };
}

type Column = 'tags' | 'note';
interface Change {
  id: number;
  before: string | null;
  after: string | null;
}
type Judge = (rows: readonly { id: number; value: string | null }[]) => readonly Change[];

const rowsAtOnce = 1000;
const mostListed = 500;

/**
 * Notes and tags of clips. Both are told beside the clip, or in the book of the archive while it is on its card only,
 * so that they outlive the database.
 */
export class ClipNotes {
  private readonly deps: ClipNotesDeps;

  constructor(deps: ClipNotesDeps) {
    this.deps = deps;
  }

  /** A thousand clips a transaction. One that has too many tags already is left as it is, and counted. */
  async tag({ clipIds, add, remove }: TagChange): Promise<NotesChange> {
    let full = 0;
    const changes = await this.change(clipIds, 'tags', (rows) => {
      const plan = planTags(
        rows.map(({ id, value }) => ({ id, tags: value })),
        { add, remove },
      );
      full += plan.full;
      return plan.changes;
    });
    return { ...this.undoable('tags', changes), full };
  }

  /** An empty note is none. */
  async note(clipIds: readonly number[], note: string): Promise<NotesChange> {
    const after = note === '' ? null : note;
    const changes = await this.change(clipIds, 'note', (rows) =>
      rows.flatMap(({ id, value }) => (value === after ? [] : [{ id, before: value, after }])),
    );
    return { ...this.undoable('note', changes), full: 0 };
  }

  /** The tags in use. Cost: one look into the index for each. */
  async tags(): Promise<string[]> {
    const { rows } = await sql<{ tag: string }>`
      with recursive used (tag) as (
        select * from (select tag from clip_tag order by tag limit 1)
        union all
        select (select clip_tag.tag from clip_tag where clip_tag.tag > used.tag order by clip_tag.tag limit 1)
        from used where used.tag is not null
      ) select tag from used where tag is not null limit ${mostListed}`.execute(this.deps.db);
    return rows.map(({ tag }) => tag);
  }

  private undoable(column: Column, changes: readonly Change[]): Omit<NotesChange, 'full'> {
    if (changes.length === 0) return { changed: 0, undo: null };
    const undo = this.deps.undo.remember(() => this.restore(column, changes), changes.length);
    return { changed: changes.length, undo };
  }

  /** Where somebody has written something else since, that stays. */
  private async restore(column: Column, changes: readonly Change[]): Promise<number> {
    const byId = new Map(changes.map((change) => [change.id, change]));
    const restored = await this.change([...byId.keys()], column, (rows) =>
      rows.flatMap(({ id, value }) => {
        const done = byId.get(id);
        return done && done.after === value ? [{ id, before: value, after: done.before }] : [];
      }),
    );
    return restored.length;
  }

  private async change(clipIds: readonly number[], column: Column, judge: Judge): Promise<Change[]> {
    const done: Change[] = [];
    const days = new Map<number, Set<string>>();
    try {
      for (const ids of chunks([...new Set(clipIds)], rowsAtOnce)) {
        const { changes, touched } = await this.deps.db
          .transaction()
          .execute((trx) => this.changeSome(trx, ids, { column, judge }));
        done.push(...changes);
        for (const { camera_id, local_day } of touched)
          days.set(camera_id, (days.get(camera_id) ?? new Set()).add(local_day));
        await yieldToOthers();
      }
    } finally {
      for (const [cameraId, localDays] of days)
        this.deps.events.emit('clips.changed', { cameraId, localDays: [...localDays] });
    }
    return done;
  }

  private async changeSome(
    trx: Db,
    ids: readonly number[],
    { column, judge }: { column: Column; judge: Judge },
  ) {
    const rows = await trx
      .selectFrom('clip')
      .select(['id', `${column} as value`, 'camera_id', 'local_day', 'state'])
      .where(among('id', ids))
      .execute();
    const changes = judge(rows);
    const changed = new Set(changes.map(({ id }) => id));
    const touched = rows.filter(({ id }) => changed.has(id));
    await updateRows(
      trx,
      'clip',
      [column],
      changes.map(({ id, after }) => ({ id, [column]: after })),
    );
    const archived = touched.flatMap(({ id, state }) => (state === 'archived' ? [id] : []));
    await trx.updateTable('clip').set({ sidecar_due: 1 }).where(among('id', archived)).execute();
    return { changes, touched };
  }
}
