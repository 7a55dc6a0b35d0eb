import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import { useId } from 'react';
import { UnskipButton } from '../ui/queue-buttons.tsx';
import { useNow } from '../ui/use-now.ts';
import { clipStateWords } from '../words.ts';
import { ClipLine } from './queue-row.tsx';
import classes from './skipped-panel.module.css';
import { t } from './texts.ts';
import { useSkipped } from './use-pages.ts';

/** The clips that are on the card and will stay there, folded away; each can be fetched after all. */
export function SkippedPanel() {
  const now = useNow();
  const id = useId();
  const [isOpen, { toggle }] = useDisclosure(false);
  const skipped = useSkipped();
  if (skipped.total === 0) return null;
  return (
    <section className={classes.panel} aria-label={t('skippedClips')}>
      <h2 className={classes.title}>
        <button
          type="button"
          className={classes.head}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={toggle}
        >
          <span>{t('skippedStay', { count: skipped.total })}</span>
          <IconChevronDown className={classes.chevron} size={18} aria-hidden />
        </button>
      </h2>
      <div id={id} className={classes.body} hidden={!isOpen}>
        {isOpen &&
          skipped.items.map((item) => (
            <ClipLine
              key={item.id}
              item={item}
              withDay
              words={clipStateWords(item, now)}
              action={<UnskipButton clipIds={[item.id]} />}
            />
          ))}
        {isOpen && skipped.hasNextPage && (
          <Button variant="subtle" loading={skipped.isFetchingNextPage} onClick={skipped.more}>
            {t('showMore')}
          </Button>
        )}
      </div>
    </section>
  );
}
