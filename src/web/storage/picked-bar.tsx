import { Button, CloseButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { formatBytes } from '../format.ts';
import { Confirm } from '../ui/confirm.tsx';
import classes from './picked-bar.module.css';
import { mostPicked, pickedTotal, type Picked } from './trash-selection.ts';
import { emptyWords } from './trash-words.ts';
import { useEmptyTrash, useRestore } from './use-removal.ts';
import { t } from './texts.ts';

/** Stands at the bottom while something in the trash is picked: how much, and what can be done with it. */
export function PickedBar({ picked, onClear }: { picked: Picked; onClear: () => void }) {
  const [opened, { open, close }] = useDisclosure(false);
  const { restore, isPending } = useRestore();
  const empty = useEmptyTrash();
  if (picked.size === 0) return null;
  const total = pickedTotal(picked);
  const body = { clipIds: [...picked.keys()] };
  const isAtMost = picked.size >= mostPicked;
  return (
    <section className={classes.bar} aria-label={t('selectedClips')}>
      <p className={classes.words} aria-live="polite">
        <strong>{t('clips', { count: total.clips })}</strong>, {formatBytes(total.bytes)}
        {isAtMost && <span className={classes.most}>{t('mostAtOneTime')}</span>}
      </p>
      <div className={classes.buttons}>
        <Button loading={isPending} onClick={() => restore([...picked.values()], { onSuccess: onClear })}>
          {t('restore')}
        </Button>
        <Button variant="default" onClick={open}>
          {t('deleteForGood')}
        </Button>
        <CloseButton
          className={classes.close ?? ''}
          size={36}
          aria-label={t('selectNothing')}
          onClick={onClear}
        />
      </div>
      <Confirm
        opened={opened}
        onClose={close}
        title={t('deleteForGoodAsked', { count: total.clips })}
        deed={t('deleteForGood')}
        danger
        isBusy={empty.isPending}
        onConfirm={() =>
          empty.mutate(
            { body },
            {
              onSuccess: () => {
                close();
                onClear();
              },
            },
          )
        }
      >
        {emptyWords(total).map((text) => (
          <p key={text}>{text}</p>
        ))}
      </Confirm>
    </section>
  );
}
