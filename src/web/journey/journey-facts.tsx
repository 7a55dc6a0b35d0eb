import type { Journey } from '../../shared/journeys.ts';
import { fullStop } from '../format.ts';
import { Toned } from '../ui/chips.tsx';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import classes from './journey-facts.module.css';
import { completenessWords, formatDrive, missingWords } from './journey-words.ts';
import { t } from './texts.ts';
import { formatDistance, formatDriven } from './units.ts';
import { useUnits } from './use-units.ts';

/** How far, how long, how fast, and what of the footage is here. */
export function JourneyFacts({ journey }: { journey: Journey }) {
  const units = useUnits();
  const { completeness, topSpeedMps, meanSpeedMps, isTriage } = journey;
  const tone = missingWords(completeness)[0]?.tone ?? 'quiet';
  return (
    <Panel title={t('theDrive')}>
      <div className={classes.body}>
        <Facts
          facts={[
            [t('distance'), formatDistance(journey.distanceM, units)],
            [t('duration'), formatDrive(journey.endedAt - journey.startedAt)],
            [t('moving'), formatDrive(journey.movingMs)],
            [t('topSpeed'), topSpeedMps === null ? null : formatDriven(topSpeedMps, units)],
            [t('meanSpeed'), meanSpeedMps === null ? null : formatDriven(meanSpeedMps, units)],
          ]}
        />
        <p>
          <Toned tone={tone}>{fullStop(completenessWords(completeness))}</Toned>
        </p>
        {isTriage && <p className={classes.note}>{t('isTriage')}</p>}
        <p className={classes.note}>{t('notCalibrated')}</p>
      </div>
    </Panel>
  );
}
