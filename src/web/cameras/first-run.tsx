import type { Camera } from '../../shared/cameras.ts';
import { SetUpHint } from '../entry/set-up-hint.tsx';
import { RichText } from '../text/rich-text.tsx';
import { Panel } from '../ui/panel.tsx';
import { AddCameraForm } from './add-camera-form.tsx';
import classes from './first-run.module.css';
import { t } from './texts.ts';

/** The first thing a new installation shows: how to begin. `camera`: one that is known but for its address. */
export function FirstRun({ camera }: { camera?: Camera | undefined }) {
  if (camera) return <KnownCamera camera={camera} />;
  return (
    <Panel title={t('addYourCamera')}>
      <div className={classes.body}>
        <p className={classes.lead}>{t('firstRun')}</p>
        <AddCameraForm />
        <SetUpHint className={classes.hint} />
        <p className={classes.hint}>
          <RichText of={t} text="demoHint" parts={{ code: <code /> }} />
        </p>
      </div>
    </Panel>
  );
}

function KnownCamera({ camera }: { camera: Camera }) {
  return (
    <Panel title={t('whereIs', { name: camera.name })}>
      <div className={classes.body}>
        <p className={classes.lead}>{t('addressWanted')}</p>
        <AddCameraForm camera={camera} />
      </div>
    </Panel>
  );
}
