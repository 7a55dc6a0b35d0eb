import type { Journey } from '../../shared/journeys.ts';
import { fullStop } from '../format.ts';
import { Toned } from '../ui/chips.tsx';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import classes from './journey-facts.module.css';
import { completenessWords, formatDrive, missingWords } from './journey-words.ts';
import { formatDistance, formatDriven } from './units.ts';
import { useUnits } from './use-units.ts';

/** How far, how long, how fast, and what of the footage is here. */
export function JourneyFacts({ journey }: { journey: Journey }) {
  const units = useUnits();
  const { completeness, topSpeedMps, meanSpeedMps, isTriage } = journey;
  const tone = missingWords(completeness)[0]?.tone ?? 'quiet';
  return (
    <Panel title="The drive">
      <div className={classes.body}>
        <Facts
          facts={[
            ['Distance', formatDistance(journey.distanceM, units)],
            ['Duration', formatDrive(journey.endedAt - journey.startedAt)],
            ['Moving', formatDrive(journey.movingMs)],
            ['Top speed', topSpeedMps === null ? null : formatDriven(topSpeedMps, units)],
            ['Mean speed while moving', meanSpeedMps === null ? null : formatDriven(meanSpeedMps, units)],
          ]}
        />
        <p>
          <Toned tone={tone}>{fullStop(completenessWords(completeness))}</Toned>
        </p>
        {isTriage && (
          <p className={classes.note}>
            At least a part of the line was read off the card before the footage: it is rougher until that is
            here.
          </p>
        )}
        <p className={classes.note}>Speeds are those of GPS, and not calibrated.</p>
      </div>
    </Panel>
  );
}
