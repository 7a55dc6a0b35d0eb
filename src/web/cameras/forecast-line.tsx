import type { Camera } from '../../shared/cameras.ts';
import { Light, Toned } from '../ui/chips.tsx';
import { useNow } from '../ui/use-now.ts';
import classes from './forecast-line.module.css';
import { forecastTone, forecastWords, riskWords } from './forecast-words.ts';

interface ForecastLineProps {
  camera: Camera;
  withName?: boolean;
}

/** What waits on a camera's card and how soon it is overwritten, as a sentence; amber when it is soon. */
export function ForecastLine({ camera, withName = false }: ForecastLineProps) {
  const now = useNow();
  const words = forecastWords(camera.forecast, now);
  const risk = riskWords(camera.forecast);
  if (words === null) return null;
  return (
    <p className={classes.line}>
      <Light tone={forecastTone(camera.forecast)} />
      <span>
        {withName && <strong>{camera.name}: </strong>}
        {words} {risk && <Toned tone="amber">{risk}</Toned>}
      </span>
    </p>
  );
}
