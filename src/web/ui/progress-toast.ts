import { notifications } from '@mantine/notifications';

export interface ProgressToast {
  say: (message: string) => void;
  close: () => void;
}

/** Says how far something is that the reader began and that takes several steps, until it is closed. */
export function progressToast(message: string): ProgressToast {
  const look = { loading: true, autoClose: false, withCloseButton: false } as const;
  const id = notifications.show({ ...look, message });
  return {
    say: (next) => void notifications.update({ ...look, id, message: next }),
    close: () => void notifications.hide(id),
  };
}
