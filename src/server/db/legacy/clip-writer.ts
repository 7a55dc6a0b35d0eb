import { clipKinds } from '../../../shared/clips.ts';
import { compiler } from '../compiler.ts';
import { adoptedColumns } from './clip-plan.ts';
import { ClipTimes, planCaptures } from './capture-plan.ts';
import type { PlannedClip } from './name-plan.ts';
import { ranksOf, type Wish } from './queue-plan.ts';
import { all, prepareInsert, run, type Sqlite } from './statements.ts';

const rowsPerReport = 5000;

/** Writes clips, then their captures and ranks, which only all of them together decide. */
export class ClipWriter {
  private readonly sqlite: Sqlite;
  private readonly cameraId: number;
  private readonly times: ClipTimes;
  private readonly wishes: (Wish & { id: number })[] = [];
  private readonly insertClip: ReturnType<typeof clipInsert>;
  private lastId: number;

  constructor(sqlite: Sqlite, options: { cameraId: number; capacity: number; lastId: number }) {
    this.sqlite = sqlite;
    this.cameraId = options.cameraId;
    this.lastId = options.lastId;
    this.times = new ClipTimes(options.capacity);
    this.insertClip = clipInsert(sqlite);
  }

  get count(): number {
    return this.times.count;
  }

  get wished(): number {
    return this.wishes.length;
  }

  add({ id: known, clip, wish }: PlannedClip): void {
    const id = known ?? ++this.lastId;
    this.insertClip(clip, id, this.cameraId, 0);
    this.times.add({
      id,
      startedAt: clip.started_at,
      offsetMinutes: clip.zone_offset_min,
      channel: clip.channel,
      kind: clip.kind,
      locked: clip.locked === 1,
    });
    if (wish) this.wishes.push({ ...wish, id });
  }

  /** `report` is told after every few thousand clips how many are done. */
  finish(report: (done: number) => void): void {
    const { captureOf, leaders } = planCaptures(this.times);
    this.writeCaptures(captureOf, leaders);
    const update = this.sqlite.prepare(
      compiler.updateTable('clip').set({ capture_id: 0 }).where('id', '=', 0).compile().sql,
    );
    for (const [index, capture] of captureOf.entries()) {
      update.run(capture + 1, this.times.ids[index]);
      if (index % rowsPerReport === 0) report(index);
    }
    this.writeRanks();
    this.continueIds();
  }

  private writeCaptures(captureOf: Uint32Array, leaders: Uint32Array): void {
    const { times } = this;
    const locked = new Uint8Array(leaders.length);
    for (const [clip, capture] of captureOf.entries()) if (times.locked[clip] === 1) locked[capture] = 1;
    const insert = prepareInsert(this.sqlite, 'capture', captureColumns);
    for (const [capture, leader] of leaders.entries()) {
      const startedAt = times.startedAt[leader] ?? 0;
      const local = new Date(startedAt + (times.offsets[leader] ?? 0) * 60_000).toISOString().slice(0, 19);
      insert({
        id: capture + 1,
        camera_id: this.cameraId,
        started_at: startedAt,
        local_start: local,
        local_day: local.slice(0, 10),
        kind: clipKinds[times.kinds[leader] ?? 0],
        locked: locked[capture],
      });
    }
  }

  private writeRanks(): void {
    const update = this.sqlite.prepare(
      compiler.updateTable('clip').set({ rank: 0 }).where('id', '=', 0).compile().sql,
    );
    for (const { id, rank } of ranksOf(this.wishes)) update.run(rank, id);
  }

  /** No id is ever given twice, also not one of a file that the existing system has forgotten. */
  private continueIds(): void {
    raiseSequence(this.sqlite, 'clip', this.lastId);
  }
}

const captureColumns = [
  'id',
  'camera_id',
  'started_at',
  'local_start',
  'local_day',
  'kind',
  'locked',
] as const;

const clipInsert = (sqlite: Sqlite) =>
  prepareInsert(sqlite, 'clip', adoptedColumns, 'id', 'camera_id', 'capture_id');

/** Makes a table's next id at least one above `id`. */
export function raiseSequence(sqlite: Sqlite, table: 'clip' | 'export', id: number): void {
  const sequences = compiler.withTables<{ sqlite_sequence: { name: string; seq: number } }>();
  const known = sequences.selectFrom('sqlite_sequence').select('seq').where('name', '=', table);
  const [sequence] = all(sqlite, known.compile());
  if (!sequence) {
    run(sqlite, sequences.insertInto('sqlite_sequence').values({ name: table, seq: id }).compile());
  } else if (sequence.seq < id) {
    run(
      sqlite,
      sequences.updateTable('sqlite_sequence').set({ seq: id }).where('name', '=', table).compile(),
    );
  }
}
