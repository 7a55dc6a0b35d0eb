import { EntryFrame } from './entry-frame.tsx';
import classes from './entry-form.module.css';

/** The installation has a password that nobody can check: what to do. */
export function LockedPage({ silent }: { silent: string | null }) {
  return (
    <EntryFrame title="The password cannot be read" silent={silent}>
      <p className={classes.text}>
        This installation was set up, but its password can no longer be read. Recordings and settings are as
        they were. Set a new password where the program runs:
      </p>
      <dl className={classes.commands}>
        <div>
          <dt className={classes.dim}>In a container</dt>
          <dd>
            <code className={classes.command}>docker exec -it viofosync viofosync password</code>
          </dd>
        </div>
        <div>
          <dt className={classes.dim}>Otherwise</dt>
          <dd>
            <code className={classes.command}>viofosync password</code>
          </dd>
        </div>
      </dl>
      <p className={classes.dim}>This page goes on by itself when it is set.</p>
    </EntryFrame>
  );
}
