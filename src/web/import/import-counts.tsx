import { Button, UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type {
  Import,
  ImportCount,
  ImportItem,
  ImportItemState,
  ImportVerdict,
} from '../../shared/imports.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { formatBytes } from '../format.ts';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import classes from './import-card.module.css';
import { comesIn, inOrder } from './import-plan.ts';
import { itemWords, verdictAmount, verdictHelps, verdictTitles } from './import-words.ts';
import { t } from './texts.ts';

interface ImportCountsProps {
  one: Import;
  options: Import['options'];
  /** Not shown before somebody asks for it. */
  isFolded: boolean;
}

/** What was found, verdict by verdict; each opens to its files. */
export function ImportCounts({ one, options, isFolded }: ImportCountsProps) {
  const [isAsked, setAsked] = useState(false);
  const counts = inOrder(one.counts);
  if (counts.length === 0) return null;
  if (isFolded && !isAsked) {
    return (
      <div>
        <UnstyledButton className={classes.unfold ?? ''} onClick={() => setAsked(true)}>
          {t('showFound')}
        </UnstyledButton>
      </div>
    );
  }
  return (
    <ul className={classes.counts} aria-label={t('whatWasFound')}>
      {counts.map((count) => (
        <CountRow key={count.verdict} one={one} count={count} isComing={comesIn(count.verdict, options)} />
      ))}
    </ul>
  );
}

interface CountRowProps {
  one: Import;
  count: ImportCount;
  isComing: boolean;
}

function CountRow({ one, count, isComing }: CountRowProps) {
  const [isShown, setShown] = useState(false);
  const id = useId();
  // Once it is under way, what was new is not any more.
  const words = isComing && one.startedAt !== null ? null : verdictHelps[count.verdict];
  return (
    <li className={classes.count} data-coming={isComing || undefined}>
      <UnstyledButton
        className={classes.countHead ?? ''}
        aria-expanded={isShown}
        aria-controls={id}
        onClick={() => setShown(!isShown)}
      >
        <IconChevronRight className={classes.chevron ?? ''} size={16} stroke={2} aria-hidden />
        <span className={classes.verdict}>
          <span className={classes.title}>{verdictTitles[count.verdict]}</span>
          {words && <span className={classes.help}>{words}</span>}
        </span>
        <span className={classes.amount}>
          {verdictAmount(count)}
          {!isComing && <span className={classes.help}>{t('leftAlone')}</span>}
        </span>
      </UnstyledButton>
      <div id={id} hidden={!isShown}>
        {isShown && <ImportFiles importId={one.id} filter={{ verdict: count.verdict }} />}
      </div>
    </li>
  );
}

interface ImportFilesProps {
  importId: number;
  filter: { verdict?: ImportVerdict; state?: ImportItemState };
}

/** As many as the server tells at once. */
const most = 500;

/** Files of an import, newest recording first. */
export function ImportFiles({ importId, filter }: ImportFilesProps) {
  const [limit, setLimit] = useState(50);
  const query = { ...filter, limit, offset: 0 };
  const files = useRoute(routes.listImportItems, { params: { id: importId }, query }, { keepPrevious: true });
  return (
    <div className={classes.files}>
      <QueryView query={files} what={t('theFiles')} skeleton={<SkeletonLines widths={[70, 60, 65]} />}>
        {({ items, total }) => (
          <>
            <ul>
              {items.map((item) => (
                <FileRow key={item.id} item={item} />
              ))}
            </ul>
            {total > items.length && limit < most && (
              <Button variant="subtle" size="xs" loading={files.isFetching} onClick={() => setLimit(most)}>
                {t('showMore')}
              </Button>
            )}
            {total > items.length && limit >= most && (
              <p className={classes.help}>{t('andMore', { count: total - items.length })}</p>
            )}
          </>
        )}
      </QueryView>
    </div>
  );
}

function FileRow({ item }: { item: ImportItem }) {
  const words = itemWords(item);
  return (
    <li className={classes.file}>
      <span className={classes.filePath}>{item.path}</span>
      <span className={classes.fileSize}>{formatBytes(item.bytes)}</span>
      {words && <span className={classes.fileWords}>{words}</span>}
    </li>
  );
}
