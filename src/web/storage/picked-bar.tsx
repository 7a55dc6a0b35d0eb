import { Button, CloseButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { countOf, formatBytes } from '../format.ts';
import { Confirm } from '../ui/confirm.tsx';
import classes from './picked-bar.module.css';
import { mostPicked, pickedTotal, type Picked } from './trash-selection.ts';
import { emptyWords } from './trash-words.ts';
import { useEmptyTrash, useRestore } from './use-removal.ts';

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
    <section className={classes.bar} aria-label="Selected clips">
      <p className={classes.words} aria-live="polite">
        <strong>{countOf(total.clips, 'clip')}</strong>, {formatBytes(total.bytes)}
        {isAtMost && <span className={classes.most}> the most at one time</span>}
      </p>
      <div className={classes.buttons}>
        <Button loading={isPending} onClick={() => restore([...picked.values()], { onSuccess: onClear })}>
          Restore
        </Button>
        <Button variant="default" onClick={open}>
          Delete for good
        </Button>
        <CloseButton
          className={classes.close ?? ''}
          size={36}
          aria-label="Select nothing"
          onClick={onClear}
        />
      </div>
      <Confirm
        opened={opened}
        onClose={close}
        title={`Delete ${countOf(total.clips, 'clip')} for good?`}
        deed="Delete for good"
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
