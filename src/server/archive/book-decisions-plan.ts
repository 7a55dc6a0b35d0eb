import { containerOfName, parseClipName } from '../../shared/clip-name.ts';
import type { ClipState } from '../../shared/clips.ts';
import type { ClipPatch, ClipRow } from '../db/schema.ts';
import { tagsText } from '../lib/tags-policy.ts';
import type { NameTimes, PlacedName } from '../lib/zones.ts';
import type { Decision } from './book-decisions.ts';
import type { UnplacedClip } from './clip-bulk.ts';

/** A row of the ledger that a decision may be about: of its camera and name, in whatever spelling. */
export type RowOfName = Pick<
  ClipRow,
  | 'id'
  | 'name'
  | 'generation'
  | 'state'
  | 'kept'
  | 'note'
  | 'tags'
  | 'rank'
  | 'remote_volume'
  | 'remote_size_bytes'
  | 'remote_size_exact'
  | 'size_bytes'
>;

/** A row but for its camera and its capture. */
export type NewClip = Omit<UnplacedClip, 'camera_id'>;

/** What decisions mean for one camera's clips. */
export interface DecisionsPlan {
  inserts: { clip: NewClip; facts: ClipPatch }[];
  patches: { id: number; patch: ClipPatch }[];
}

/** What a listing or a scan has made of a clip of which this database decided nothing yet. */
const undecided: readonly ClipState[] = ['waiting', 'held', 'listed', 'failed'];

/** Of a row that was just listed nothing was said yet. */
const unsaid = { kept: 0, note: null, tags: null } as const;

/**
 * Brings decisions back. A clip that the ledger has none of gets a row as it was, so that the next listing finds it; one
 * that was listed meanwhile is told what was decided. What this database knows better stays: a clip that is in the
 * archive or under way, and another recording of that name.
 */
export function planDecisions(
  decisions: readonly Decision[],
  known: readonly RowOfName[],
  times: Pick<NameTimes, 'place'>,
): DecisionsPlan {
  const rows = new Map<string, RowOfName[]>();
  for (const row of known) {
    const key = row.name.toLowerCase();
    rows.set(key, [...(rows.get(key) ?? []), row]);
  }
  const plan: DecisionsPlan = { inserts: [], patches: [] };
  for (const decision of latestOfEach(decisions)) {
    const named = rows.get(decision.name.toLowerCase());
    if (!named)
      plan.inserts.push({
        clip: clipOf(decision, times),
        facts: { ...pinOf(unsaid, decision), ...standingOf(decision) },
      });
    else tell(plan, named, decision);
  }
  return plan;
}

/** A file of a day that was cut off from being removed may tell of a clip what another tells by now. */
function latestOfEach(decisions: readonly Decision[]): Decision[] {
  const latest = new Map<string, Decision>();
  for (const decision of decisions) {
    const { name, generation, card } = decision;
    const key = `${name.toLowerCase()} ${generation} ${card.volume}`;
    if ((latest.get(key)?.at ?? -Infinity) <= decision.at) latest.set(key, decision);
  }
  return [...latest.values()];
}

function tell(plan: DecisionsPlan, named: readonly RowOfName[], decision: Decision): void {
  const row = named.find((one) => isSame(one, decision));
  if (!row) return;
  const patch = { ...pinOf(row, decision), ...(undecided.includes(row.state) && fateOf(row, decision)) };
  if (Object.keys(patch).length === 0) return;
  if (row.state === 'archived') patch.sidecar_due = 1;
  plan.patches.push({ id: row.id, patch });
}

/** True of the clip wherever it is. */
const pinOf = (
  row: Pick<RowOfName, 'kept' | 'note' | 'tags'>,
  { kept, keptAt, at, note, tags }: Decision,
): ClipPatch => ({
  ...(kept && row.kept === 0 && { kept: 1, kept_at: keptAt ?? at }),
  ...(note !== null && row.note === null && { note }),
  ...(tags.length > 0 && row.tags === null && { tags: tagsText(tags) }),
});

/** What becomes of one that was only listed. */
const fateOf = (row: RowOfName, decision: Decision): ClipPatch => ({
  ...(row.rank === null && standingOf(decision)),
  ...(!isWanted(decision) && {
    state: decision.state,
    state_reason: decision.reason,
    state_at: decision.at,
  }),
});

const isWanted = ({ state }: Decision): boolean => state === 'waiting' || state === 'listed';

/** Of the same length, as far as anybody knows exactly; of an unknown one the name says enough. */
function isSame(row: RowOfName, { bytes, card }: Decision): boolean {
  if (row.remote_volume !== '' && card.volume !== '' && row.remote_volume !== card.volume) return false;
  const here = [row.remote_size_exact === 1 ? row.remote_size_bytes : null, row.size_bytes].filter(isKnown);
  const told = [card.exact ? card.bytes : null, bytes].filter(isKnown);
  return here.length === 0 || told.length === 0 || here.some((size) => told.includes(size));
}

const isKnown = (size: number | null): size is number => size !== null;

/** What of a decision is of use only while the clip is not in the archive. */
const standingOf = ({ rank, released, bytes }: Decision): ClipPatch => ({
  ...(rank !== null && { rank }),
  ...(released !== null && { place_released_at: released }),
  ...(bytes !== null && { size_bytes: bytes }),
});

const dayOf = ({ at, offsetMinutes }: PlacedName): string =>
  new Date(at + offsetMinutes * 60_000).toISOString().slice(0, 10);

/** Of a name that is not understood. */
const unnamed = { channel: 'other', kind: 'unclassified', sequence: null } as const;

function clipOf(decision: Decision, times: Pick<NameTimes, 'place'>): NewClip {
  const { name, localStart, state, reason, at, card, locked } = decision;
  const tells = parseClipName(name);
  const placed = times.place(localStart);
  const container = containerOfName(name) ?? 'mp4';
  return {
    name,
    generation: decision.generation,
    ...(tells ? { channel: tells.channel, kind: tells.kind, sequence: tells.sequence } : unnamed),
    container,
    duration_ms: container === 'jpg' ? 0 : null,
    local_start: localStart,
    started_at: placed.at,
    zone_offset_min: placed.offsetMinutes,
    time_source: tells ? (placed.source ?? 'setting') : 'file',
    local_day: dayOf(placed),
    locked: locked ? 1 : 0,
    kept: 0,
    state,
    state_reason: reason,
    state_at: at,
    attempts: 0,
    remote_volume: card.volume,
    remote_path: card.path,
    remote_size_bytes: card.bytes,
    remote_size_exact: card.exact ? 1 : 0,
    remote_timecode: card.timecode,
    remote_ended_local: card.ended,
    remote_seen_at: card.seen,
    remote_changed_at: card.seen,
    origin: 'sync',
  };
}
