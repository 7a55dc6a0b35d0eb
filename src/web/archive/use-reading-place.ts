import { useCallback, useEffect, useLayoutEffect, useState, type RefObject } from 'react';
import type { ListHandle } from '../ui/virtual-list.tsx';
import type { ArchiveRow } from './archive-rows-plan.ts';
import { PlaceSeeker } from './place-seeker.ts';
import type { Reading } from './reading.ts';
import { ReadingPlaces } from './reading-places.ts';

const places = new ReadingPlaces();
const restMs = 120;

interface ReadingPlaceChoices {
  rows: readonly ArchiveRow[];
  list: RefObject<ListHandle | null>;
  /** Of the browser's history. */
  entry: string;
  /** Where to begin when the reader was not here before: a day, a month or a year. */
  at: string | undefined;
  coveredPx: number;
  reading: Reading;
  onWant: (years: readonly number[]) => void;
}

/** Begins where the reader was at this entry of the history, and keeps that in mind; what is returned goes to a day, a month or a year. */
export function useReadingPlace(choices: ReadingPlaceChoices): (at: string) => void {
  const { rows, list, entry, at, coveredPx, reading, onWant } = choices;
  const [seeker] = useState(() => new PlaceSeeker({ places, reading, onWant }));
  useLayoutEffect(() => seeker.begin(entry, at), [seeker, entry, at]);
  useLayoutEffect(() => {
    seeker.show({ rows, list: list.current, coveredPx });
    // The list has found its place on the page by then, and nothing was painted yet.
    const frame = requestAnimationFrame(() => {
      seeker.settle();
      seeker.tell();
    });
    return () => cancelAnimationFrame(frame);
  }, [seeker, rows, list, coveredPx]);
  useKept(seeker, entry);
  return useCallback((to: string) => seeker.goTo(to), [seeker]);
}

/** Tells where the reader is, and keeps it in mind once the page rests. */
function useKept(seeker: PlaceSeeker, entry: string): void {
  // While the rows are still on the page: without them it is shorter, and scrolled to elsewhere.
  useLayoutEffect(() => () => seeker.keep(entry), [seeker, entry]);
  useEffect(() => {
    let timer: number | undefined;
    const scrolled = () => {
      seeker.tell();
      window.clearTimeout(timer);
      timer = window.setTimeout(() => seeker.keep(entry), restMs);
    };
    const leave = () => {
      seeker.keep(entry);
      places.store();
    };
    window.addEventListener('scroll', scrolled, { passive: true });
    window.addEventListener('pagehide', leave);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener('scroll', scrolled);
      window.removeEventListener('pagehide', leave);
    };
  }, [seeker, entry]);
}
