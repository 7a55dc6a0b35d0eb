import { setUpSteps, type SetUpStep } from '../../shared/set-up.ts';
import { mayGo, stepWords } from './set-up-plan.ts';
import classes from './steps.module.css';
import { t } from './texts.ts';

interface StepsProps {
  step: SetUpStep;
  furthest: SetUpStep;
  onGo: (step: SetUpStep) => void;
}

/** Where one is, and the way back to each question. */
export function Steps({ step, furthest, onGo }: StepsProps) {
  return (
    <nav className={classes.steps} aria-label={t('steps')}>
      <p className={classes.where}>{stepWords(step)}</p>
      <ol className={classes.list}>
        {setUpSteps.map((each) => (
          <li key={each} className={classes.item}>
            <button
              type="button"
              className={classes.step}
              aria-current={each === step ? 'step' : undefined}
              disabled={!mayGo(each, furthest)}
              onClick={() => onGo(each)}
            >
              {t(`short_${each}`)}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
