import type { JourneyPatch } from '../../shared/journeys.ts';
import type { JourneyEdit, Span } from './journey-types.ts';

/** What people said of a journey. */
export type About = Pick<JourneyEdit, 'name' | 'note' | 'tag'>;

/** A journey as its row has it. */
export interface DescribedJourney extends Span {
  /** Merged or split by hand. */
  isEdited: boolean;
}

/** What a change of name, note or tag does to the edits that are there. */
export interface AboutPlan {
  /** Edits that the new one takes the place of. */
  forget: number[];
  /** What is taken away, and of which edits: it must not shine through from another. */
  clear: { ids: number[]; keys: (keyof About)[] };
  /** The new edit. */
  add: About & { at: number; toAt: number | null };
  /** What the journey is called then. */
  shown: About;
}

const keys = ['name', 'note', 'tag'] as const;
/** What was said of so much of a span is said of it; its ends move as footage comes in. */
const nearlyAll = 0.9;
/** Words of a merged journey begin and end so far within it, for its ends are those of others too. */
const edgeMs = 1000;

/**
 * Name, note and tag of a journey: each as it was said last of a moment in it, or of a span that it covers. What is
 * said of one part does not take away what is said of another. What was said of a merged journey that is parts again
 * belongs to the first, as far as nothing was said of that by itself; merged again, the whole has it back.
 */
export function aboutOf(span: Span, edits: readonly JourneyEdit[]): About {
  const said = saidOf(span, edits);
  return { name: last(said, 'name'), note: last(said, 'note'), tag: last(said, 'tag') };
}

/** What is to be done for a change; an empty text is none. */
export function aboutPlan(
  journey: DescribedJourney,
  edits: readonly JourneyEdit[],
  patch: JourneyPatch,
): AboutPlan {
  const replaced = newestFirst(edits.filter((edit) => isReplaced(journey, edit)));
  const forget = replaced.map(({ id }) => id);
  const given = valuesOf(patch);
  const taken = keys.filter((key) => given[key] === null);
  const ids = saidOf(journey, edits).flatMap(({ id }) => (forget.includes(id) ? [] : [id]));
  const known = { name: last(replaced, 'name'), note: last(replaced, 'note'), tag: last(replaced, 'tag') };
  const add = { ...known, ...given, ...anchorsOf(journey) };
  const none = Object.fromEntries(taken.map((key) => [key, null]));
  const others = edits
    .filter(({ id }) => !forget.includes(id))
    .map((edit) => (ids.includes(edit.id) ? { ...edit, ...none } : edit));
  const shown = aboutOf(journey, [...others, { ...add, id: Number.MAX_SAFE_INTEGER, kind: 'about' }]);
  return { forget, clear: { ids, keys: taken }, add, shown };
}

/** Of a merged or split journey the whole is named, of any other a moment in it: that stays in it whatever comes. */
function anchorsOf({ from, to, isEdited }: DescribedJourney): { at: number; toAt: number | null } {
  if (!isEdited) return { at: Math.floor((from + to) / 2), toAt: null };
  const edge = Math.min(edgeMs, Math.floor((to - from) / 4));
  return { at: from + edge, toAt: to - edge };
}

function valuesOf(patch: JourneyPatch): Partial<About> {
  const given: Partial<About> = {};
  if (patch.name !== undefined) given.name = patch.name === '' ? null : patch.name;
  if (patch.note !== undefined) given.note = patch.note === '' ? null : patch.note;
  if (patch.tag !== undefined) given.tag = patch.tag;
  return given;
}

/** Whether an edit says the same thing of the same journey: not of a part, which may stand by itself again. */
function isReplaced(journey: DescribedJourney, edit: JourneyEdit): boolean {
  if (edit.kind !== 'about' || !isOf(journey, edit)) return false;
  if (edit.toAt === null) return !journey.isEdited;
  return !journey.isEdited || edit.toAt - edit.at >= nearlyAll * (journey.to - journey.from) - 2 * edgeMs;
}

/** What counts for a journey, the first that says something going before the others. */
function saidOf(span: Span, edits: readonly JourneyEdit[]): JourneyEdit[] {
  const said = newestFirst(edits.filter(({ kind }) => kind === 'about'));
  const own = said.filter((edit) => isOf(span, edit));
  return [...own, ...said.filter((edit) => !own.includes(edit) && holds(span, edit.at))];
}

const newestFirst = (edits: readonly JourneyEdit[]): JourneyEdit[] => edits.toSorted((a, b) => b.id - a.id);

function last<K extends keyof About>(said: readonly JourneyEdit[], key: K): JourneyEdit[K] | null {
  return said.find((edit) => edit[key] !== null)?.[key] ?? null;
}

const holds = ({ from, to }: Span, at: number): boolean => at >= from && at < to;

function isOf(span: Span, { at, toAt }: JourneyEdit): boolean {
  if (toAt === null) return holds(span, at);
  const sharedMs = Math.min(span.to, toAt) - Math.max(span.from, at);
  return sharedMs > 0 && sharedMs >= nearlyAll * (toAt - at);
}
