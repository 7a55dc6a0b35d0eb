import type { Journey } from '../../shared/journeys.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './journey-marks.module.css';
import { markWords, momentWords } from './journey-words.ts';
import { t } from './texts.ts';
import { useUnits } from './use-units.ts';

interface JourneyMarksProps {
  journey: Journey;
  /** Plays from an instant. */
  onPlay: (at: number) => void;
}

/** Moments that stand out, each a way to its second. */
export function JourneyMarks({ journey, onPlay }: JourneyMarksProps) {
  const units = useUnits();
  if (journey.marks.length === 0) return null;
  return (
    <Panel title={t('moments')}>
      <ul className={classes.marks}>
        {journey.marks.map((mark) => (
          <li key={`${mark.kind} ${mark.at}`}>
            <button type="button" className={classes.mark} onClick={() => onPlay(mark.at)}>
              <span className={classes.time}>{momentWords(mark.at, journey)}</span>
              <span>{markWords(mark, units)}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className={classes.note}>{t('marksEstimated')}</p>
    </Panel>
  );
}
