import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import classes from './undo-toast.module.css';

const closeButtonProps = { 'aria-label': 'Close this message' };
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
          Undo
        </Button>
      </span>
    ),
    autoClose: longMs,
    color: 'teal',
    closeButtonProps,
  });
}
