import { Button } from '@mantine/core';
import { routes } from '../../shared/routes.ts';
import { changeWords } from '../ui/queue-words.ts';
import { useQueueChange } from '../ui/use-queue-change.ts';
import classes from './fetch-hours.module.css';

const choices = [1, 3, 12, 24] as const;
const words = {
  ...changeWords.first,
  nothing: () => 'The camera was not seen to record anything in that time that is not here already.',
};

/** Puts what was recorded of late first: a sentence with the hours as buttons. */
export function FetchHours() {
  const first = useQueueChange(routes.fetchFirst, words);
  return (
    <p className={classes.line}>
      <span>Fetch first the last</span>
      {choices.map((hours) => (
        <Button
          key={hours}
          className={classes.choice ?? ''}
          size="compact-sm"
          variant="default"
          aria-label={`Fetch the last ${hours === 1 ? 'hour' : `${hours} hours`} first`}
          loading={
            first.isPending && 'lastHours' in first.variables.body && first.variables.body.lastHours === hours
          }
          onClick={() => first.mutate({ body: { lastHours: hours } })}
        >
          {hours}&nbsp;h
        </Button>
      ))}
    </p>
  );
}
