import { notifications } from '@mantine/notifications';
import { t } from './texts.ts';

const closeButtonProps = () => ({ 'aria-label': t('closeMessage') });

/** Says that what the reader just did has worked. */
export function toast(message: string): void {
  notifications.show({ message, autoClose: 4000, color: 'teal', closeButtonProps: closeButtonProps() });
}

/** An `onError` that says what the reader's action could not do, and why. */
export function failed(what: string): (error: Error) => void {
  return (error) =>
    notifications.show({
      title: what,
      message: error.message,
      color: 'red',
      autoClose: 10_000,
      closeButtonProps: closeButtonProps(),
    });
}
