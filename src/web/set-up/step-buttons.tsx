import { Button } from '@mantine/core';
import classes from './set-up.module.css';
import { t } from './texts.ts';

interface StepButtonsProps {
  onBack: (() => void) | null;
  /** What the button that leads on says; it submits the form it is in. */
  next?: string;
  isBusy?: boolean;
}

/** Back and on, at the end of each question. */
export function StepButtons({ onBack, next = t('next'), isBusy = false }: StepButtonsProps) {
  return (
    <div className={classes.buttons}>
      {onBack && (
        <Button variant="default" size="md" onClick={onBack}>
          {t('back')}
        </Button>
      )}
      <Button type="submit" size="md" className={classes.next ?? ''} loading={isBusy}>
        {next}
      </Button>
    </div>
  );
}
