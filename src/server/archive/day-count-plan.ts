import type { Selectable } from 'kysely';
import type { DayChannelRow, DayRow, DayUsageTable, NewClipRow } from '../db/schema.ts';

export type DayUsageRow = Selectable<DayUsageTable>;

/** A clip as it is counted. */
export type CountedClip = Pick<
  NewClipRow,
  | 'local_day'
  | 'local_start'
  | 'capture_id'
  | 'channel'
  | 'kind'
  | 'container'
  | 'locked'
  | 'kept'
  | 'size_bytes'
>;

/** Rows of the tables of counts. */
export interface CountRows {
  days: DayRow[];
  channels: DayChannelRow[];
  usage: DayUsageRow[];
}

/** One day's rows of the tables of counts. */
interface DayCounts {
  day: DayRow;
  captures: Set<number>;
  channels: Map<string, DayChannelRow>;
  channelCaptures: Map<string, Set<number>>;
  usage: Map<string, DayUsageRow>;
}

/** What archived clips of one camera come to by day: the same rows as `refreshDays` makes of them alone. */
export function countClips(cameraId: number, clips: Iterable<CountedClip>): CountRows {
  const counts = new Map<string, DayCounts>();
  for (const clip of clips) count(counts, cameraId, clip);
  const all = [...counts.values()];
  return {
    days: all.map((one) => one.day),
    channels: all.flatMap((one) => [...one.channels.values()]),
    usage: all.flatMap((one) => [...one.usage.values()]),
  };
}

function count(counts: Map<string, DayCounts>, cameraId: number, clip: CountedClip): void {
  let of = counts.get(clip.local_day);
  if (!of) counts.set(clip.local_day, (of = emptyDay(cameraId, clip)));
  countDay(of, clip);
  countUsage(of, cameraId, clip);
  // A photo says nothing of what a channel recorded.
  if (clip.container !== 'jpg') countChannel(of, cameraId, clip);
}

const emptyDay = (cameraId: number, { local_day, local_start }: CountedClip): DayCounts => ({
  day: {
    local_day,
    camera_id: cameraId,
    captures: 0,
    archived: 0,
    wanted: 0,
    lost: 0,
    locked: 0,
    parking: 0,
    archived_bytes: 0,
    first_local_start: local_start,
    last_local_start: local_start,
  },
  captures: new Set(),
  channels: new Map(),
  channelCaptures: new Map(),
  usage: new Map(),
});

function countDay({ day, captures }: DayCounts, clip: CountedClip): void {
  captures.add(clip.capture_id);
  day.captures = captures.size;
  day.archived++;
  day.locked += clip.locked;
  if (clip.kind === 'parking') day.parking++;
  day.archived_bytes += clip.size_bytes ?? 0;
  if (clip.local_start < day.first_local_start) day.first_local_start = clip.local_start;
  if (clip.local_start > day.last_local_start) day.last_local_start = clip.local_start;
}

function countChannel({ channels, channelCaptures }: DayCounts, cameraId: number, clip: CountedClip): void {
  const { local_day, channel, capture_id } = clip;
  let row = channels.get(channel);
  if (!row) {
    const none = { waiting: 0, held: 0, failed: 0, skipped: 0, lost: 0, gone: 0, listed: 0 };
    row = { local_day, camera_id: cameraId, channel, archived: 0, ...none, captures: 0 };
    channels.set(channel, row);
    channelCaptures.set(channel, new Set());
  }
  row.archived++;
  row.captures = (channelCaptures.get(channel) ?? new Set()).add(capture_id).size;
}

function countUsage({ usage }: DayCounts, cameraId: number, clip: CountedClip): void {
  const { local_day, kind, channel, kept, locked } = clip;
  const key = `${kind} ${channel}`;
  let row = usage.get(key);
  if (!row) {
    const none = { clips: 0, bytes: 0, kept_clips: 0, kept_bytes: 0, locked_clips: 0, locked_bytes: 0 };
    usage.set(key, (row = { local_day, camera_id: cameraId, kind, channel, ...none }));
  }
  const bytes = clip.size_bytes ?? 0;
  row.clips++;
  row.bytes += bytes;
  if (kept === 1) {
    row.kept_clips++;
    row.kept_bytes += bytes;
  } else if (locked === 1) {
    row.locked_clips++;
    row.locked_bytes += bytes;
  }
}
