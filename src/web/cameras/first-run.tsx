import type { Camera } from '../../shared/cameras.ts';
import { SetUpHint } from '../entry/set-up-hint.tsx';
import { Panel } from '../ui/panel.tsx';
import { AddCameraForm } from './add-camera-form.tsx';
import classes from './first-run.module.css';

/** The first thing a new installation shows: how to begin. `camera`: one that is known but for its address. */
export function FirstRun({ camera }: { camera?: Camera | undefined }) {
  if (camera) return <KnownCamera camera={camera} />;
  return (
    <Panel title="Add your camera">
      <div className={classes.body}>
        <p className={classes.lead}>
          Type the address the dashcam has in your network. When it is out with the car, add it all the same:
          it is found when it comes home.
        </p>
        <AddCameraForm />
        <SetUpHint className={classes.hint} />
        <p className={classes.hint}>
          No camera at hand? <code>npm start -- --demo</code> shows everything with a simulated one.
        </p>
      </div>
    </Panel>
  );
}

function KnownCamera({ camera }: { camera: Camera }) {
  return (
    <Panel title={`Where is ${camera.name}?`}>
      <div className={classes.body}>
        <p className={classes.lead}>
          Its recordings are here, but its address is not known yet. Type the one it has in your network, and
          new recordings come in. When it is out with the car, use the address all the same: it is found when
          it comes home.
        </p>
        <AddCameraForm camera={camera} />
      </div>
    </Panel>
  );
}
