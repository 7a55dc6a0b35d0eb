import { Link } from '@tanstack/react-router';
import type { DayRoutes } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { formatDay } from '../format.ts';
import { formatDrive, journeyTitle, missingWords, startWords } from '../journey/journey-words.ts';
import { formatDistance } from '../journey/units.ts';
import { useUnits } from '../journey/use-units.ts';
import { TrackSketch } from '../map/track-sketch.tsx';
import { Toned } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { newestJourneys } from './home-words.ts';
import { LastDays } from './last-days.tsx';
import classes from './last-journeys.module.css';
import { t } from './texts.ts';

const shown = 5;

/** The last journeys; the last days where nobody knows of any. */
export function LastJourneys() {
  const days = useRoute(routes.listDayRoutes, { query: { limit: shown } });
  const journeys = newestJourneys(days.data?.days ?? [], shown);
  const isEmpty = !days.isPending && journeys.length === 0;
  if (isEmpty) return <LastDays />;
  return (
    <Panel title={t('lastJourneys')} actions={<Link to="/archive">{t('allDays')}</Link>}>
      <QueryView
        query={days}
        what={t('theLastJourneys')}
        skeleton={<SkeletonLines widths={[90, 90, 90, 90]} />}
      >
        {() => (
          <ul className={classes.journeys}>
            {journeys.map(({ day, journey }) => (
              <li key={journey.id}>
                <JourneyLink day={day} journey={journey} />
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Panel>
  );
}

function JourneyLink({ day, journey }: { day: string; journey: DayRoutes['journeys'][number] }) {
  const units = useUnits();
  const { outline, startedAt, endedAt, distanceM, completeness } = journey;
  return (
    <Link to="/journeys/$id" params={{ id: String(journey.id) }} className={classes.journey}>
      <span className={classes.sketch}>
        <TrackSketch points={outline} width={72} height={48} />
      </span>
      <span className={classes.words}>
        <span className={classes.name}>{journeyTitle(journey)}</span>
        <span className={classes.facts}>
          <span>
            {t('dayAndStart', { day: formatDay(day, { short: true }), start: startWords(journey) })}
          </span>
          <span>{formatDrive(endedAt - startedAt)}</span>
          <span>{formatDistance(distanceM, units)}</span>
          {missingWords(completeness).map(({ text, tone }) => (
            <Toned key={text} tone={tone}>
              {text}
            </Toned>
          ))}
        </span>
      </span>
    </Link>
  );
}
