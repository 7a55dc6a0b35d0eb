import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import classes from './undo-toast.module.css';
import { t } from './texts.ts';

const closeButtonProps = () => ({ 'aria-label': t('closeMessage') });
const longMs = 10_000;

/** Says what the reader just did, with a way back for as long as it is shown. */
export function undoToast(message: string, onUndo: () => void): void {
  const id = notifications.show({
    message: (
      <span className={classes.line}>
        <span className={classes.words}>{message}</span>
        <Button
          size="compact-sm"
          variant="subtle"
          className={classes.undo ?? ''}
          onClick={() => {
            notifications.hide(id);
            onUndo();
          }}
        >
          {t('undo')}
        </Button>
      </span>
    ),
    autoClose: longMs,
    color: 'teal',
    closeButtonProps: closeButtonProps(),
  });
}
