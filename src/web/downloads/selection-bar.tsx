import { Button, CloseButton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { routes } from '../../shared/routes.ts';
import { formatBytes } from '../format.ts';
import { RichText } from '../text/rich-text.tsx';
import { changeWords } from '../ui/queue-words.ts';
import { useQueueChange } from '../ui/use-queue-change.ts';
import classes from './selection-bar.module.css';
import { mostSelected, selectedBytes, type Selection } from './selection.ts';
import { t } from './texts.ts';

/** Slides up from the bottom while something is picked: how much, and what can be done with it. */
export function SelectionBar({ selection, onClear }: { selection: Selection; onClear: () => void }) {
  const first = useQueueChange(routes.fetchFirst, changeWords.first);
  const last = useQueueChange(routes.fetchLast, changeWords.last);
  const skip = useQueueChange(routes.skipClips, changeWords.skip);
  const isOpen = selection.size > 0;
  const isMounted = useLinger(isOpen);
  const body = { clipIds: [...selection.keys()] };
  if (!isOpen && !isMounted) return null;
  return (
    <section className={classes.bar} aria-label={t('selectedClips')} data-open={isOpen || undefined}>
      <p className={classes.words} aria-live="polite">
        <RichText
          of={t}
          text="selected"
          values={{ count: selection.size, size: formatBytes(selectedBytes(selection)) }}
          parts={{ amount: <strong /> }}
        />
        {selection.size >= mostSelected && <span className={classes.most}> {t('mostAtOnce')}</span>}
      </p>
      <div className={classes.buttons}>
        <Button onClick={() => first.mutate({ body }, { onSuccess: onClear })} loading={first.isPending}>
          {t('first')}
        </Button>
        <Button
          variant="default"
          onClick={() => last.mutate({ body }, { onSuccess: onClear })}
          loading={last.isPending}
        >
          {t('last')}
        </Button>
        <Button
          variant="default"
          onClick={() => skip.mutate({ body }, { onSuccess: onClear })}
          loading={skip.isPending}
        >
          {t('skip')}
        </Button>
        <CloseButton
          className={classes.close ?? ''}
          size={36}
          aria-label={t('selectNothing')}
          onClick={onClear}
        />
      </div>
    </section>
  );
}

const slideMs = 200;

/** Stays true for as long as the bar slides out. */
function useLinger(isOpen: boolean): boolean {
  const [isMounted, setMounted] = useState(isOpen);
  useEffect(() => {
    const timer = setTimeout(() => setMounted(isOpen), isOpen ? 0 : slideMs);
    return () => clearTimeout(timer);
  }, [isOpen]);
  return isMounted;
}
