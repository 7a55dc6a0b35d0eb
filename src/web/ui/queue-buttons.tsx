import { Button, CloseButton } from '@mantine/core';
import { routes } from '../../shared/routes.ts';
import classes from './queue-buttons.module.css';
import { changeWords } from './queue-words.ts';
import { useQueueChange } from './use-queue-change.ts';
import { t } from './texts.ts';

interface ClipButtonProps {
  clipIds: number[];
  /** As the button says it, where the usual word does not fit. */
  word?: string;
}

/** Puts clips at the head of the queue, past every rule. */
export function FetchFirstButton({ clipIds, word = t('fetchNext') }: ClipButtonProps) {
  const first = useQueueChange(routes.fetchFirst, changeWords.first);
  return (
    <SmallButton word={word} isBusy={first.isPending} onClick={() => first.mutate({ body: { clipIds } })} />
  );
}

/** Tries failed clips again. */
export function RetryButton({ clipIds, word = t('retry') }: ClipButtonProps) {
  const retry = useQueueChange(routes.retryFailed, changeWords.retry);
  return (
    <SmallButton word={word} isBusy={retry.isPending} onClick={() => retry.mutate({ body: { clipIds } })} />
  );
}

/** Leaves clips on the card. */
export function SkipButton({ clipIds, word = t('skipClip') }: ClipButtonProps) {
  const skip = useQueueChange(routes.skipClips, changeWords.skip);
  return (
    <SmallButton
      word={word}
      isQuiet
      isBusy={skip.isPending}
      onClick={() => skip.mutate({ body: { clipIds } })}
    />
  );
}

/** Wants skipped clips again. */
export function UnskipButton({ clipIds, word = t('fetchAfterAll') }: ClipButtonProps) {
  const unskip = useQueueChange(routes.unskipClips, changeWords.unskip);
  return (
    <SmallButton word={word} isBusy={unskip.isPending} onClick={() => unskip.mutate({ body: { clipIds } })} />
  );
}

/** Stops the transfer of a clip. */
export function StopButton({ clipId, title }: { clipId: number; title: string }) {
  const cancel = useQueueChange(routes.cancelTransfer, changeWords.cancel);
  return (
    <CloseButton
      className={classes.stop ?? ''}
      size={28}
      iconSize={18}
      aria-label={t('stopFetching', { title })}
      title={t('stopHint')}
      disabled={cancel.isPending}
      onClick={() => cancel.mutate({ body: { clipId } })}
    />
  );
}

interface SmallButtonProps {
  word: string;
  isBusy?: boolean;
  isQuiet?: boolean;
  onClick: () => void;
}

/** A button small enough for a line of a list. */
export function SmallButton({ word, isBusy = false, isQuiet = false, onClick }: SmallButtonProps) {
  return (
    <Button
      className={classes.small ?? ''}
      size="compact-sm"
      variant={isQuiet ? 'subtle' : 'default'}
      {...(isQuiet && { color: 'gray' })}
      loading={isBusy}
      onClick={onClick}
    >
      {word}
    </Button>
  );
}
