import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Clip } from '../../shared/clips.ts';
import type { DeletionOrder } from '../../shared/queue.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { Confirm } from '../ui/confirm.tsx';
import { failed, toast } from '../ui/toasts.ts';
import { undoToast } from '../ui/undo-toast.tsx';
import { useUndo } from '../ui/use-queue-change.ts';
import classes from './delete-on-camera.module.css';
import { deletionOutcome, deletionQuestion } from './deletion-words.ts';
import { t } from './texts.ts';

/** Deletes a clip's original on the camera, after a question; the copy in the archive stays. */
export function DeleteOnCamera({ clip }: { clip: Clip }) {
  const [opened, { open, close }] = useDisclosure(false);
  const undo = useUndo();
  const tell = (order: DeletionOrder) => {
    const words = deletionOutcome(order);
    const { undo: token } = order;
    if (order.queued === 0 || token === null) toast(words);
    else undoToast(words, () => undo(token));
    close();
  };
  const remove = useAction(routes.deleteOnCamera, {
    refetch: [routes.getStatus, routes.getDay, routes.getDayJourneys],
    onSuccess: tell,
    onError: failed(t('notDeletedOnCamera')),
  });
  return (
    <div className={classes.action}>
      <Button className={classes.button ?? ''} size="compact-sm" variant="default" onClick={open}>
        {t('deleteOnCamera')}
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={t('deleteOnCameraQuestion')}
        deed={t('deleteOnCamera')}
        danger
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate({ body: { clipIds: [clip.id], includeLocked: clip.locked } })}
      >
        {deletionQuestion(clip).map((text) => (
          <p key={text}>{text}</p>
        ))}
      </Confirm>
    </div>
  );
}
