import { Skeleton } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { IconCalendarOff, IconMovieOff } from '@tabler/icons-react';
import { useMemo } from 'react';
import { localDaySchema } from '../../shared/clips.ts';
import type { DayJourneys, Journey } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { dayCaptures } from '../archive/day-captures.ts';
import { formatDay } from '../format.ts';
import { journeyTitle, startWords } from '../journey/journey-words.ts';
import { useUnits } from '../journey/use-units.ts';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { carFeed } from './car-feed.ts';
import { DayPlayerMap } from './day-player-map.tsx';
import classes from './day-player.module.css';
import { planFootage } from './footage-plan.ts';
import { JourneyPlayer } from './journey-player.tsx';
import { PlayerStrip } from './strip/player-strip.tsx';
import { t } from './texts.ts';
import { trackIndex } from './track-index.ts';
import { usePlaceOf } from './use-place-of.ts';
import { usePlayback, usePlayer } from './use-player.ts';

const route = getRouteApi('/archive/$day/play');

/** All lenses of a whole day, or of a part of it, on one clock. */
export function DayPlayerPage() {
  const { day } = route.useParams();
  const query = useRoute(
    routes.getDayJourneys,
    { params: { day } },
    { enabled: localDaySchema.safeParse(day).success },
  );
  if (!localDaySchema.safeParse(day).success)
    return <EmptyState icon={<IconCalendarOff size={28} stroke={1.6} />} title={t('noDay', { day })} />;
  return (
    <>
      <div className={classes.head}>
        <h2 className={classes.title}>
          <Link to="/archive/$day" params={{ day }}>
            {formatDay(day)}
          </Link>
        </h2>
      </div>
      <QueryView query={query} what={t('theDay')} skeleton={<Skeleton height={520} radius="md" />}>
        {(known) => <Day key={day} day={day} known={known} />}
      </QueryView>
    </>
  );
}

function Day({ day, known }: { day: string; known: DayJourneys }) {
  const { from, to } = route.useSearch();
  const footage = useMemo(() => {
    const journeys = journeysOf(known);
    const zones = {
      startZone: journeys[0]?.startZone ?? 'UTC',
      endZone: journeys.at(-1)?.endZone ?? 'UTC',
    };
    return planFootage(dayCaptures(known), {
      ...zones,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    });
  }, [known, from, to]);
  if (footage.lanes.length === 0)
    return (
      <EmptyState icon={<IconMovieOff size={28} stroke={1.6} />} title={t('nothingToPlay')}>
        {t('nothingToPlayWhy')}
      </EmptyState>
    );
  return <PlayedDay day={day} known={known} footage={footage} />;
}

const journeysOf = ({ items }: DayJourneys): Journey[] =>
  items.flatMap((item) => (item.kind === 'journey' ? [item.journey] : []));

interface PlayedDayProps {
  day: string;
  known: DayJourneys;
  footage: ReturnType<typeof planFootage>;
}

function PlayedDay({ day, known, footage }: PlayedDayProps) {
  const { at } = route.useSearch();
  const player = usePlayer(footage, { at: at ?? null, plays: false, onEnded: () => undefined });
  const { clock } = player;
  const journeys = useMemo(() => journeysOf(known), [known]);
  const journeyId = usePlayback(clock, (playback) => journeyAt(journeys, playback.at)?.id ?? null);
  const journey = journeys.find(({ id }) => id === journeyId) ?? null;
  const track = useRoute(
    routes.getJourneyTrack,
    { params: { id: journeyId ?? 0 } },
    { enabled: journeyId !== null },
  );
  const parts = (journeyId !== null && track.data?.parts) || null;
  const points = useMemo(() => trackIndex(parts ?? []), [parts]);
  const feed = useMemo(() => carFeed(clock, points), [clock, points]);
  const [units, placeOf] = [useUnits(), usePlaceOf()];
  const sources = useMemo(() => ({ points, units, placeOf }), [points, units, placeOf]);
  const navigate = useNavigate();
  const share = (instant: number) =>
    navigate({
      to: '/archive/$day/play',
      params: { day },
      search: (before: object) => ({ ...before, at: instant }),
      replace: true,
      resetScroll: false,
    });
  return (
    <>
      <JourneyPlayer
        player={player}
        sources={sources}
        map={<DayPlayerMap day={day} journeyId={journeyId} parts={parts} carFeed={feed} clock={clock} />}
        strip={<PlayerStrip {...player} journey={journey} track={parts} />}
        onShare={share}
        next={null}
      />
      <ul className={classes.journeys}>
        {journeys.map((each) => (
          <li key={each.id}>
            <button
              type="button"
              className={classes.journey}
              aria-current={each === journey || undefined}
              onClick={() => clock.seek(each.startedAt)}
            >
              <span className={classes.time}>{startWords(each)}</span>
              <span>{journeyTitle(each)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The journey that an instant is on. */
function journeyAt(journeys: readonly Journey[], at: number): Journey | undefined {
  return journeys.find(({ startedAt, endedAt }) => startedAt <= at && at < endedAt);
}
