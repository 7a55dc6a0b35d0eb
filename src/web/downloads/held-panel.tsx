import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useId, useState } from 'react';
import type { QueueItem } from '../../shared/queue.ts';
import { Panel } from '../ui/panel.tsx';
import { FetchFirstButton } from '../ui/queue-buttons.tsx';
import { isHeldByRule } from '../words.ts';
import { heldGroups, heldGroupTitle, type HeldGroup } from './downloads-words.ts';
import classes from './held-panel.module.css';
import { ClipLine } from './queue-row.tsx';
import { t } from './texts.ts';

const shownAtFirst = 20;

/** The clips that are wanted but are not to be fetched now, by what holds them. */
export function HeldPanel({ items, total }: { items: readonly QueueItem[]; total: number }) {
  return (
    <Panel title={t('held', { count: total })}>
      {heldGroups(items).map((group) => (
        <Group key={group.reason} group={group} />
      ))}
      {total > items.length && (
        <p className={classes.more}>{t('moreHeld', { count: total - items.length })}</p>
      )}
    </Panel>
  );
}

function Group({ group }: { group: HeldGroup }) {
  const [isOpen, { toggle }] = useDisclosure(false);
  const [shown, setShown] = useState(shownAtFirst);
  const id = useId();
  const canFetch = isHeldByRule(group.reason);
  const clipIds = group.items.map((item) => item.id);
  return (
    <div className={classes.group}>
      <div className={classes.line}>
        <p className={classes.words}>{heldGroupTitle(group)}</p>
        <div className={classes.buttons}>
          {canFetch && <FetchFirstButton clipIds={clipIds} word={t('fetchAnyway')} />}
          <Button
            className={classes.open ?? ''}
            size="compact-sm"
            variant="subtle"
            color="gray"
            aria-expanded={isOpen}
            aria-controls={id}
            onClick={toggle}
          >
            {t(isOpen ? 'hide' : 'show')}
          </Button>
        </div>
      </div>
      <div id={id} hidden={!isOpen}>
        {isOpen &&
          group.items
            .slice(0, shown)
            .map((item) => (
              <ClipLine
                key={item.id}
                item={item}
                withDay
                words={null}
                action={canFetch && <FetchFirstButton clipIds={[item.id]} word={t('fetchAnyway')} />}
              />
            ))}
        {isOpen && group.items.length > shown && (
          <Button variant="subtle" onClick={() => setShown(shown + 100)}>
            {t('showMore')}
          </Button>
        )}
      </div>
    </div>
  );
}
