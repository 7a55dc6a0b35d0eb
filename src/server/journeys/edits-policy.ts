import type { DerivedSpan, JourneyEdit, JourneySpan, Span } from './journey-types.ts';

/** What a person merged may not be longer: it is derived as one. */
export const maxMergeMs = 14 * 24 * 60 * 60_000;

/** Merges, then splits, over what was derived; in the order of time. */
export function applyEdits(spans: readonly DerivedSpan[], edits: readonly JourneyEdit[]): DerivedSpan[] {
  let edited = [...spans];
  for (const edit of inOrder(edits, 'merge'))
    edited = merged(edited, { from: edit.at, to: edit.toAt ?? edit.at });
  for (const edit of inOrder(edits, 'split')) edited = edited.flatMap((span) => split(span, edit.at));
  return edited;
}

const inOrder = (edits: readonly JourneyEdit[], kind: JourneyEdit['kind']): JourneyEdit[] =>
  edits.filter((edit) => edit.kind === kind).toSorted((a, b) => a.at - b.at || a.id - b.id);

function merged(spans: DerivedSpan[], { from, to }: Span): DerivedSpan[] {
  const journeys = spans.filter((span) => span.kind === 'journey' && span.from < to && span.to > from);
  const [first, last] = [journeys[0], journeys.at(-1)];
  if (!first || !last || first === last) return spans;
  const whole: JourneySpan = { kind: 'journey', from: first.from, to: last.to, isEdited: true };
  const others = spans.filter((span) => span.to <= whole.from || span.from >= whole.to);
  return [...others, whole].toSorted((a, b) => a.from - b.from);
}

function split(span: DerivedSpan, at: number): DerivedSpan[] {
  if (span.kind !== 'journey' || at <= span.from || at >= span.to) return [span];
  return [
    { ...span, to: at, isEdited: true },
    { ...span, from: at, isEdited: true },
  ];
}
