import { IconDeviceCctv } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Camera } from '../../shared/cameras.ts';
import { formatInstant, fullStop } from '../format.ts';
import { ForecastLine } from '../cameras/forecast-line.tsx';
import { Light } from '../ui/chips.tsx';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { useNow } from '../ui/use-now.ts';
import { cameraState, cameraTone, hasAddress, modelWords, recordingWords } from '../words.ts';
import classes from './camera-card.module.css';
import { listingWords, outlookTone, visitSoFar } from './home-words.ts';
import { t } from './texts.ts';

/** One camera: is it here, does it record, what does it hold, when did it last work. */
export function CameraCard({ camera }: { camera: Camera }) {
  const now = useNow();
  const isKnown = hasAddress(camera);
  const recording = isKnown ? recordingWords(camera.recording) : null;
  return (
    <Panel title={camera.name} actions={<Link to="/cameras">{t('camera')}</Link>}>
      <div className={classes.head} data-tone={cameraTone(camera)}>
        <span className={classes.icon} aria-hidden>
          <IconDeviceCctv size={26} stroke={1.6} />
        </span>
        <div>
          <p className={classes.state}>{cameraState(camera, now)}</p>
          {!isKnown && <Link to="/cameras">{t('typeAddress')}</Link>}
          {recording && (
            <p className={classes.recording} data-on={camera.recording === 'recording' || undefined}>
              {recording}
            </p>
          )}
        </div>
      </div>
      {camera.message && <p className={classes.message}>{fullStop(camera.message)}</p>}
      <Visit camera={camera} />
      <Facts
        facts={[
          [t('model'), modelWords(camera)],
          [t('onCard'), listingWords(camera.lastListing, now)],
          [t('lastArchived'), instantOr(camera.lastArchivedAt, now, t('noneYet'))],
          [t('lastContact'), instantOr(camera.lastContactAt, now, t('never'))],
        ]}
      />
    </Panel>
  );
}

/** What this visit brought and whether it will be enough; what waits on the card, and for how long. */
function Visit({ camera }: { camera: Camera }) {
  const { session, forecast } = camera;
  // A visit that has brought all says so by itself.
  const isForecast = forecast !== null && (forecast.waitingClips > 0 || session === null);
  if (!session && !isForecast) return null;
  return (
    <div className={classes.visit}>
      {session && (
        <p className={classes.line}>
          <Light tone={outlookTone(session)} />
          <span>
            {fullStop(visitSoFar(session))} {fullStop(session.outlook.reason)}
          </span>
        </p>
      )}
      {isForecast && <ForecastLine camera={camera} />}
    </div>
  );
}

function instantOr(instant: number | null, now: number, otherwise: string): string {
  return instant === null ? otherwise : formatInstant(instant, now);
}
