import { Button, Progress } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconFileSearch, IconPlayerStop } from '@tabler/icons-react';
import type { ArchiveCheck } from '../../shared/archive-care.ts';
import { routes } from '../../shared/routes.ts';
import { useAction, useRoute } from '../api.ts';
import { fullStop } from '../format.ts';
import { RichText } from '../text/rich-text.tsx';
import { Light, Toned } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { failed } from '../ui/toasts.ts';
import { useNow } from '../ui/use-now.ts';
import { t } from './texts.ts';
import { badTitle, checkedWords, checkLine, checkSize, checkTone } from './care-words.ts';
import lists from './care-panels.module.css';
import classes from './health-page.module.css';
import { LongList } from './long-list.tsx';

/** Whether the files of the archive still are what was once stored. */
export function CheckPanel() {
  const check = useRoute(routes.getArchiveCheck);
  return (
    <Panel title={t('check')}>
      <QueryView query={check} what={t('theCheck')} skeleton={<SkeletonLines widths={[60, 80, 40]} />}>
        {(data) => <Check check={data} />}
      </QueryView>
    </Panel>
  );
}

function Check({ check }: { check: ArchiveCheck }) {
  const now = useNow();
  const words = checkedWords(check, now);
  const isUnderWay = check.state === 'running' || check.state === 'paused';
  return (
    <div className={classes.body}>
      <output className={classes.state}>
        <Light tone={checkTone(check)} />
        {checkLine(check, now)}
      </output>
      {check.message && <p className={classes.dim}>{fullStop(check.message)}</p>}
      {isUnderWay && (
        <Progress
          size={8}
          radius="xl"
          aria-label={t('checkProgress')}
          value={(check.checked / Math.max(1, checkSize(check))) * 100}
        />
      )}
      {words.length > 0 && <p>{words.join(' ')}</p>}
      <Bad check={check} />
      <p className={classes.dim}>
        <RichText
          of={t}
          text="checkHelp"
          parts={{ to: <Link to="/settings" search={{ q: 'checkDays' }} /> }}
        />
      </p>
      <CheckButton state={check.state} />
    </div>
  );
}

function CheckButton({ state }: { state: ArchiveCheck['state'] }) {
  const isUnderWay = state === 'running' || state === 'paused';
  const beginWords = t(state === 'stopped' ? 'checkGoOn' : 'checkBegin');
  const affected = { refetch: [routes.getArchiveCheck] };
  const start = useAction(routes.startArchiveCheck, {
    ...affected,
    onError: failed(t('checkNotStarted')),
  });
  const stop = useAction(routes.stopArchiveCheck, {
    ...affected,
    onError: failed(t('checkNotStopped')),
  });
  const action = isUnderWay ? stop : start;
  const Icon = isUnderWay ? IconPlayerStop : IconFileSearch;
  return (
    <div>
      <Button
        variant="default"
        leftSection={<Icon size={17} aria-hidden />}
        loading={action.isPending}
        onClick={() => action.mutate(undefined)}
      >
        {isUnderWay ? t('stop') : beginWords}
      </Button>
    </div>
  );
}

function Bad({ check }: { check: ArchiveCheck }) {
  const { bad, badCount } = check;
  if (badCount === 0) return null;
  return (
    <section>
      <h3 className={classes.subtitle}>
        <Toned tone="red">{badTitle(check)}</Toned>
      </h3>
      <LongList
        className={lists.list}
        items={bad}
        shownAtFirst={5}
        keyOf={({ clipId }) => String(clipId)}
        render={({ path, message }) => (
          <>
            <span className={lists.name}>{path}</span>
            <span className={lists.words}>{fullStop(message)}</span>
          </>
        )}
      />
      {badCount > bad.length && (
        <p className={classes.dim}>{t('andMore', { count: badCount - bad.length })}</p>
      )}
    </section>
  );
}
