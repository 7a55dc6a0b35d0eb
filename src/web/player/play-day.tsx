import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconPlayerPlay } from '@tabler/icons-react';
import classes from './play-day.module.css';
import { t } from './texts.ts';

/** To the player over all recordings of a day. */
export function PlayDay({ day }: { day: string }) {
  return (
    <Button
      variant="default"
      className={classes.play ?? ''}
      leftSection={<IconPlayerPlay size={17} aria-hidden />}
      renderRoot={(props) => <Link {...props} to="/archive/$day/play" params={{ day }} />}
      title={t('playDay')}
    >
      {t('playDay')}
    </Button>
  );
}
