import { Link } from '@tanstack/react-router';
import type { Camera, Transfer } from '../../shared/cameras.ts';
import type { Status } from '../../shared/status.ts';
import { fullStop } from '../format.ts';
import { outlookTone } from '../home/home-words.ts';
import { useTransfers } from '../live-context.tsx';
import { shownTransfers } from '../transfers.ts';
import { Light, Toned } from '../ui/chips.tsx';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { SyncButtons } from '../ui/sync-buttons.tsx';
import { TransferLine } from '../ui/transfer-line.tsx';
import { useNow } from '../ui/use-now.ts';
import { isHere, type Tone } from '../words.ts';
import classes from './now-panel.module.css';
import { hereWords, sessionFacts } from './session-words.ts';
import { SpeedLine } from './speed-line.tsx';
import { t } from './texts.ts';

const statusTones: Record<Status['sync']['status'], Tone> = {
  downloading: 'accent',
  triaging: 'accent',
  waiting: 'quiet',
  paused: 'amber',
  error: 'red',
};

/** What happens now and why, and for each camera that is here: what comes in, how fast, and whether this visit will do. */
export function NowPanel({ status }: { status: Status }) {
  const { sync, cameras } = status;
  const transfers = shownTransfers(useTransfers());
  const here = cameras.filter((camera) => isHere(camera) || camera.session !== null);
  return (
    <Panel title={t('now')} actions={<SyncButtons paused={sync.paused} />}>
      <p className={classes.status}>
        <Light tone={statusTones[sync.status]} />
        {fullStop(sync.reason)}
      </p>
      {here.map((camera) => (
        <CameraNow
          key={camera.id}
          camera={camera}
          transfers={transfers.filter((transfer) => transfer.cameraId === camera.id)}
        />
      ))}
      {cameras.length === 0 && <Link to="/cameras">{t('addCamera')}</Link>}
    </Panel>
  );
}

function CameraNow({ camera, transfers }: { camera: Camera; transfers: readonly Transfer[] }) {
  const now = useNow();
  const { session } = camera;
  return (
    <section className={classes.camera} aria-label={camera.name}>
      <div className={classes.head}>
        <h3 className={classes.name}>{camera.name}</h3>
        <span className={classes.since}>{hereWords(camera, now)}</span>
        {session && <SpeedLine bytesPerSecond={session.bytesPerSecond} isRunning={transfers.length > 0} />}
      </div>
      {transfers.map((transfer) => (
        <TransferLine key={transfer.clipId} transfer={transfer} cameraName={camera.name} canStop />
      ))}
      {session && (
        <>
          <p className={classes.outlook}>
            <Light tone={outlookTone(session)} />
            {fullStop(session.outlook.reason)}
          </p>
          {session.rate.verdict === 'slow' && session.rate.reason && (
            <p className={classes.outlook}>
              <Light tone="amber" />
              <Toned tone="amber">{t('slow', { reason: session.rate.reason })}</Toned>
            </p>
          )}
          <Facts facts={sessionFacts(session)} />
        </>
      )}
    </section>
  );
}
