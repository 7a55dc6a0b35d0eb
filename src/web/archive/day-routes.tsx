import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { formatDrive, journeyTitle, missingWords, startWords } from '../journey/journey-words.ts';
import { formatDistance } from '../journey/units.ts';
import { useUnits } from '../journey/use-units.ts';
import { TracksSketch } from '../map/track-sketch.tsx';
import { Toned } from '../ui/chips.tsx';
import classes from './day-routes.module.css';
import type { RoutesOfDay } from './use-month-routes.ts';

/** So many journeys are told of a day; the rest is a number. */
const told = 4;

/** A sketch of the day's lines beside its journeys in words. */
export function DayRoutes({ journeys }: { journeys: RoutesOfDay }) {
  const units = useUnits();
  const [lit, setLit] = useState<number | null>(null);
  const more = journeys.length - told;
  return (
    <div className={classes.routes}>
      <div className={classes.sketch}>
        <TracksSketch
          lines={journeys.map(({ outline }) => outline)}
          highlight={lit}
          width={168}
          height={96}
        />
      </div>
      <ul className={classes.list}>
        {journeys.slice(0, told).map((journey, index) => (
          <li key={journey.id}>
            <Link
              className={classes.journey}
              to="/journeys/$id"
              params={{ id: String(journey.id) }}
              onPointerEnter={() => setLit(index)}
              onPointerLeave={() => setLit(null)}
              onFocus={() => setLit(index)}
              onBlur={() => setLit(null)}
            >
              <span className={classes.time}>{startWords(journey)}</span>
              <span className={classes.name}>{journeyTitle(journey)}</span>
              <span className={classes.fact}>{formatDrive(journey.endedAt - journey.startedAt)}</span>
              <span className={classes.fact}>{formatDistance(journey.distanceM, units)}</span>
              <span className={classes.missing}>
                {missingWords(journey.completeness).map(({ text, tone }) => (
                  <Toned key={text} tone={tone}>
                    {text}
                  </Toned>
                ))}
              </span>
            </Link>
          </li>
        ))}
        {more > 0 && <li className={classes.more}>and {more} more</li>}
      </ul>
    </div>
  );
}
