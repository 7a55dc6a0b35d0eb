import { useBlocker } from '@tanstack/react-router';
import { joinWords } from '../format.ts';
import { Confirm } from '../ui/confirm.tsx';
import { t } from './texts.ts';
import type { Unsaved } from './unsaved.ts';

/** Asks before the page is left while something that was typed is not saved; the browser asks before it is closed. */
export function LeaveGuard({ unsaved }: { unsaved: Unsaved }) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved.size > 0 && next.pathname !== current.pathname,
    enableBeforeUnload: () => unsaved.size > 0,
    withResolver: true,
  });
  return (
    <Confirm
      opened={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={t('leaveTitle')}
      deed={t('leave')}
      danger
      onConfirm={() => blocker.proceed?.()}
    >
      <p>{t('leaveHelp', { count: unsaved.size, names: joinWords([...unsaved.values()]) })}</p>
    </Confirm>
  );
}
