import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Capture } from '../../shared/clips.ts';
import type { Journey } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { localTimeIn } from '../format.ts';
import { carFeed } from '../player/car-feed.ts';
import { planFootage } from '../player/footage-plan.ts';
import { JourneyPlayer } from '../player/journey-player.tsx';
import type { NextJourney } from '../player/next-up.tsx';
import type { PlayerClock } from '../player/player-types.ts';
import { PlayerStrip } from '../player/strip/player-strip.tsx';
import { trackIndex } from '../player/track-index.ts';
import { usePlaceOf } from '../player/use-place-of.ts';
import { usePlayer, type Player } from '../player/use-player.ts';
import { JourneyAbout } from './journey-about.tsx';
import { JourneyEditing } from './journey-editing.tsx';
import { JourneyFacts } from './journey-facts.tsx';
import { JourneyMap } from './journey-map.tsx';
import { JourneyMarks } from './journey-marks.tsx';
import classes from './journey-page.module.css';
import { journeyTitle, startWords } from './journey-words.ts';
import { useArrival } from './use-arrival.ts';
import { useChosenMoment, useClockInAddress, useToMoment } from './use-moment.ts';
import { useNeighbours, type Neighbour } from './use-neighbours.ts';
import { useSettled } from './use-settled.ts';
import { useUnits } from './use-units.ts';

interface PlayedJourneyProps {
  journey: Journey;
  captures: readonly Capture[];
}

/** The player over a journey, and beneath it what is known of the journey. */
export function PlayedJourney({ journey, captures }: PlayedJourneyProps) {
  const { startZone, endZone } = journey;
  const at = useChosenMoment(journey);
  const { plays } = useArrival();
  const [hasEnded, setEnded] = useState(false);
  const footage = useMemo(
    () => planFootage(captures, { startZone, endZone }),
    [captures, startZone, endZone],
  );
  const player = usePlayer(footage, { at, plays, onEnded: () => setEnded(true) });
  const { clock } = player;
  useClockInAddress(clock, journey);
  const parts = useRoute(routes.getJourneyTrack, { params: { id: journey.id } }).data?.parts ?? null;
  const points = useMemo(() => trackIndex(parts ?? []), [parts]);
  const feed = useMemo(() => carFeed(clock, points), [clock, points]);
  const [units, placeOf] = [useUnits(), usePlaceOf()];
  const sources = useMemo(() => ({ points, units, placeOf }), [points, units, placeOf]);
  const next = useNext(journey, player, { hasEnded, stay: () => setEnded(false) });
  const playFrom = (instant: number) => {
    clock.seek(instant);
    clock.play();
    window.scrollTo({ top: 0, behavior: 'smooth' });
  };
  return (
    <>
      <div className={classes.wide}>
        <JourneyPlayer
          player={player}
          sources={sources}
          map={
            <JourneyMap
              journey={journey}
              parts={parts}
              carFeed={feed}
              onPick={(instant) => clock.seek(instant)}
            />
          }
          strip={<PlayerStrip {...player} journey={journey} track={parts} />}
          onShare={useToMoment(journey.id)}
          next={next}
        />
      </div>
      <JourneyFacts journey={journey} />
      <JourneyMarks journey={journey} onPlay={playFrom} />
      <JourneyAbout journey={journey} />
      <Editing journey={journey} clock={clock} />
    </>
  );
}

/** By itself, for it is drawn anew with each chosen moment. */
function Editing({ journey, clock }: { journey: Journey; clock: PlayerClock }) {
  const at = useSettled(clock);
  const navigate = useNavigate();
  const goTo = (id: number) => {
    if (id !== journey.id) void navigate({ to: '/journeys/$id', params: { id: String(id) }, replace: true });
  };
  const isWithin = at !== null && at > journey.startedAt && at < journey.endedAt;
  return (
    <JourneyEditing
      journey={journey}
      at={isWithin ? at : null}
      onAt={(instant) => clock.seek(instant)}
      onJourney={goTo}
    />
  );
}

interface Ending {
  hasEnded: boolean;
  stay: () => void;
}

/** The journey after this one, once this has ended; of another day only by hand. */
function useNext(journey: Journey, { settings }: Player, { hasEnded, stay }: Ending): NextJourney | null {
  const { next } = useNeighbours(journey);
  const navigate = useNavigate();
  if (!hasEnded || !next) return null;
  return {
    title: journeyTitle(next),
    time: startWords(next),
    isAutomatic: settings.goesOn && isSameDay(journey, next),
    stay,
    go: () =>
      void navigate({
        to: '/journeys/$id',
        params: { id: String(next.id) },
        state: (before) => ({ ...before, plays: true }),
      }),
  };
}

const isSameDay = ({ endedAt, endZone }: Journey, next: Neighbour): boolean =>
  localTimeIn(endedAt, endZone).slice(0, 10) === localTimeIn(next.startedAt, next.startZone).slice(0, 10);
