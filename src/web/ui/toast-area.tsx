import { Notifications } from '@mantine/notifications';

/** Where toasts appear. */
export function ToastArea() {
  return <Notifications position="bottom-right" limit={3} />;
}
