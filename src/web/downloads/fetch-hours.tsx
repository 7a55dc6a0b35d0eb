import { Button } from '@mantine/core';
import { routes } from '../../shared/routes.ts';
import { formatLength } from '../format.ts';
import { changeWords } from '../ui/queue-words.ts';
import { useQueueChange } from '../ui/use-queue-change.ts';
import classes from './fetch-hours.module.css';
import { t } from './texts.ts';

const choices = [1, 3, 12, 24] as const;
const words = {
  ...changeWords.first,
  nothing: () => t('noneInHours'),
};

/** Puts what was recorded of late first: a sentence with the hours as buttons. */
export function FetchHours() {
  const first = useQueueChange(routes.fetchFirst, words);
  return (
    <p className={classes.line}>
      <span>{t('lastHours')}</span>
      {choices.map((hours) => (
        <Button
          key={hours}
          className={classes.choice ?? ''}
          size="compact-sm"
          variant="default"
          aria-label={t('lastHoursFirst', { count: hours })}
          loading={
            first.isPending && 'lastHours' in first.variables.body && first.variables.body.lastHours === hours
          }
          onClick={() => first.mutate({ body: { lastHours: hours } })}
        >
          {formatLength(hours * 3_600_000)}
        </Button>
      ))}
    </p>
  );
}
