import { Panel } from '../ui/panel.tsx';
import { AddCameraForm } from './add-camera-form.tsx';
import classes from './first-run.module.css';

/** The first thing a new installation shows: how to begin. */
export function FirstRun() {
  return (
    <Panel title="Add your camera">
      <div className={classes.body}>
        <p className={classes.lead}>
          Type the address the dashcam has in your network. When it is out with the car, add it all the same:
          it is found when it comes home.
        </p>
        <AddCameraForm />
        <p className={classes.hint}>
          No camera at hand? <code>npm start -- --demo</code> shows everything with a simulated one.
        </p>
      </div>
    </Panel>
  );
}
