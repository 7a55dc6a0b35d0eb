import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';
import type { Journey } from '../../shared/journeys.ts';
import type { PlayerClock } from '../player/player-types.ts';

const route = getRouteApi('/journeys/$id');

type Span = Pick<Journey, 'startedAt' | 'endedAt'>;

/** UTC milliseconds within the journey of this address, by which it is found when its id is gone; null without. */
export function useMoment(): number | null {
  const search: Readonly<Record<string, unknown>> = route.useSearch();
  const { at } = search;
  return typeof at === 'number' && Number.isSafeInteger(at) ? at : null;
}

/** Stands in an address that names no moment. */
const middleOf = ({ startedAt, endedAt }: Span): number => Math.floor((startedAt + endedAt) / 2);

/** The moment that somebody chose, or where it was left; null in an address that names the journey alone. */
export function useChosenMoment(journey: Span): number | null {
  const at = useMoment();
  return at === middleOf(journey) ? null : at;
}

/** Puts a moment into the address, in the place of the one before. */
export function useToMoment(id: number): (at: number) => Promise<void> {
  const navigate = useNavigate();
  return useCallback(
    (at) =>
      navigate({
        to: '/journeys/$id',
        params: { id: String(id) },
        search: (before: object) => ({ ...before, at }),
        replace: true,
        resetScroll: false,
      }),
    [id, navigate],
  );
}

/** Keeps a moment of the journey in the address, for a bookmark of it outlives its id. */
export function useKeptMoment(journey: Journey): void {
  const { id, startedAt, endedAt } = journey;
  const at = useMoment();
  const toMoment = useToMoment(id);
  // Recordings begin a little before the car does.
  const isKnown = at !== null && at >= startedAt - paddingMs && at <= endedAt + paddingMs;
  const middle = middleOf({ startedAt, endedAt });
  useEffect(() => {
    if (!isKnown) void toMoment(middle);
  }, [isKnown, middle, toMoment]);
}

const paddingMs = 10 * 60_000;
const settledMs = 800;

/**
 * Where the player stands still is where the address says, so that it is found again by the way back, by a reload and
 * by a link; and an address of another moment of the same journey moves the player there.
 */
export function useClockInAddress(clock: PlayerClock, journey: Journey): void {
  const chosen = useChosenMoment(journey);
  const toMoment = useToMoment(journey.id);
  const written = useRef(chosen);
  useEffect(() => {
    if (chosen === null || chosen === written.current) return;
    written.current = chosen;
    clock.seek(chosen);
  }, [clock, chosen]);
  useEffect(() => {
    let timer: number | undefined;
    let last = clock.get().at;
    const write = () => {
      last = clock.get().at;
      written.current = Math.round(last);
      void toMoment(written.current);
    };
    const stop = clock.subscribe(() => {
      const { at, isPlaying, isScrubbing } = clock.get();
      window.clearTimeout(timer);
      if (!isPlaying && !isScrubbing && at !== last) timer = window.setTimeout(write, settledMs);
    });
    return () => {
      stop();
      window.clearTimeout(timer);
    };
  }, [clock, toMoment]);
}
