import type { Capture } from '../../shared/clips.ts';
import type { DayItem, Journey, Stop } from '../../shared/journeys.ts';

/** A capture and where it belongs. */
export interface ItemCapture {
  view: Capture;
  journeyId: number | null;
  stopId: number | null;
}

const minuteMs = 60_000;

/** A day's journeys, stops and captures that are in neither, in the order of time. */
export function dayItems(
  {
    journeys,
    stops,
    captures,
  }: { journeys: readonly Journey[]; stops: readonly Stop[]; captures: readonly ItemCapture[] },
  gapMs: number,
): DayItem[] {
  const of = (key: 'journeyId' | 'stopId') => {
    const lists = new Map<number, Capture[]>();
    for (const capture of captures) {
      const id = capture[key];
      if (id === null) continue;
      const list = lists.get(id);
      if (list) list.push(capture.view);
      else lists.set(id, [capture.view]);
    }
    return lists;
  };
  const [ofJourneys, ofStops] = [of('journeyId'), of('stopId')];
  const items: DayItem[] = [
    ...journeys.map((journey) => ({
      kind: 'journey' as const,
      journey,
      captures: ofJourneys.get(journey.id) ?? [],
    })),
    ...stops.map((stop) => ({ kind: 'stop' as const, stop, captures: ofStops.get(stop.id) ?? [] })),
  ];
  const known = (capture: ItemCapture) =>
    journeys.some(({ id }) => id === capture.journeyId) || stops.some(({ id }) => id === capture.stopId);
  const starts = items.map(startOf);
  const unplaced = unplacedItems(
    captures.filter((capture) => !known(capture)).map(({ view }) => view),
    { gapMs, starts },
  );
  return [...items, ...unplaced].toSorted((a, b) => startOf(a) - startOf(b) || cameraOf(a) - cameraOf(b));
}

export function startOf(item: DayItem): number {
  switch (item.kind) {
    case 'journey':
      return item.journey.startedAt;
    case 'stop':
      return item.stop.startedAt;
    case 'unplaced':
      return item.startedAt;
  }
}

function cameraOf(item: DayItem): number {
  switch (item.kind) {
    case 'journey':
      return item.journey.cameraId;
    case 'stop':
      return item.stop.cameraId;
    case 'unplaced':
      return item.cameraId;
  }
}

/** One item for what a camera recorded without a long pause and without anything known in between. */
function unplacedItems(
  captures: readonly Capture[],
  { gapMs, starts }: { gapMs: number; starts: readonly number[] },
): Extract<DayItem, { kind: 'unplaced' }>[] {
  const items: Extract<DayItem, { kind: 'unplaced' }>[] = [];
  for (const capture of captures.toSorted((a, b) => a.startedAt - b.startedAt || a.id - b.id)) {
    const item = items.findLast(({ cameraId }) => cameraId === capture.cameraId);
    const endedAt =
      capture.startedAt + Math.max(minuteMs, ...capture.clips.map((clip) => clip.durationMs ?? 0));
    const isNear =
      item &&
      capture.startedAt - item.endedAt <= gapMs &&
      !starts.some((at) => at > item.startedAt && at <= capture.startedAt);
    if (item && isNear) {
      item.captures.push(capture);
      item.endedAt = Math.max(item.endedAt, endedAt);
    } else {
      const { cameraId, startedAt } = capture;
      items.push({ kind: 'unplaced', cameraId, startedAt, endedAt, captures: [capture] });
    }
  }
  return items;
}
