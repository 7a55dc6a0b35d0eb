import { Button } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconArrowUp, IconFileText } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LogLine } from '../../shared/log.ts';
import { HealthViews } from '../health/health-views.tsx';
import { RichText } from '../text/rich-text.tsx';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import { LogBar } from './log-bar.tsx';
import { LogLineView } from './log-line.tsx';
import classes from './log-page.module.css';
import type { LogSearch } from './log-search.ts';
import { logDay } from './log-words.ts';
import { t } from './texts.ts';
import { useLog } from './use-log.ts';

const route = getRouteApi('/health/log');

/** What the program says of itself, line by line: the newest first, as it is written. */
export function LogPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isAtTop = useAtTop();
  const [isPaused, setPaused] = useState(false);
  const [isWrapped, setWrapped] = useState(false);
  const follows = isAtTop && !isPaused;
  const log = useLog(search, follows);
  const { waiting, release } = log;
  useEffect(() => {
    if (follows && waiting > 0) release();
  }, [follows, waiting, release]);
  const change = (next: LogSearch) => void navigate({ search: next, replace: true });
  const showNew = () => {
    setPaused(false);
    release();
    window.scrollTo({ top: 0 });
  };
  return (
    <>
      <HealthViews />
      <div className={classes.page}>
        <LogBar
          search={search}
          areas={log.areas}
          isPaused={isPaused}
          isWrapped={isWrapped}
          onSearch={change}
          onPause={setPaused}
          onWrap={setWrapped}
        />
        {log.file === 'off' && <p className={classes.note}>{t('noFile')}</p>}
        {log.dropped > 0 && (
          <output className={classes.note}>
            {t('dropped', { count: log.dropped })}{' '}
            <Button variant="default" size="compact-sm" onClick={log.catchUp}>
              {t('loadThem')}
            </Button>
          </output>
        )}
        <QueryView query={log.query} what={t('theLog')} skeleton={<SkeletonRows count={12} form="line" />}>
          {() => (
            <Lines key={JSON.stringify(search)} log={log} isWrapped={isWrapped} onClear={() => change({})} />
          )}
        </QueryView>
        {waiting > 0 && (
          <Button
            className={classes.fresh ?? ''}
            leftSection={<IconArrowUp size={17} aria-hidden />}
            onClick={showNew}
          >
            {t('showNew', { count: waiting })}
          </Button>
        )}
      </div>
    </>
  );
}

interface LinesProps {
  log: ReturnType<typeof useLog>;
  isWrapped: boolean;
  onClear: () => void;
}

function Lines({ log, isWrapped, onClear }: LinesProps) {
  const { lines, query, loadOlder } = log;
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const toggle = (id: number) => setOpen((before) => toggled(before, id));
  const { hasNextPage, isFetchingNextPage } = query;
  const onRange = useCallback(
    (_first: number, last: number) => {
      if (last > lines.length - 40 && hasNextPage && !isFetchingNextPage) loadOlder();
    },
    [lines.length, hasNextPage, isFetchingNextPage, loadOlder],
  );
  const keyOf = (index: number) => lines[index]?.id ?? index;
  if (lines.length === 0 && !hasNextPage && !query.isFetching) return <Nothing onClear={onClear} />;
  return (
    <>
      <VirtualList
        framed
        count={lines.length}
        label={t('lines')}
        estimateSize={() => 28}
        keyOf={keyOf}
        onRange={onRange}
        overscan={20}
        renderRow={(index) => {
          const line = lines[index];
          return line ? (
            <LogLineView
              line={line}
              isNewDay={beginsDay(lines, index)}
              isOpen={open.has(line.id)}
              isWrapped={isWrapped}
              onToggle={() => toggle(line.id)}
            />
          ) : null;
        }}
      />
      <p className={classes.end} aria-live="polite">
        {isFetchingNextPage && t('loading')}
        {!hasNextPage && t('beginning')}
      </p>
      <p className={classes.end}>
        <RichText of={t} text="levelHelp" parts={{ to: <Link to="/settings" search={{ q: 'log' }} /> }} />
      </p>
    </>
  );
}

function Nothing({ onClear }: { onClear: () => void }) {
  const search = route.useSearch();
  const isFiltered = Object.keys(search).length > 0;
  return (
    <EmptyState
      icon={<IconFileText size={28} stroke={1.6} />}
      title={t(isFiltered ? 'nothing' : 'empty')}
      action={
        isFiltered && (
          <Button variant="default" onClick={onClear}>
            {t('showAll')}
          </Button>
        )
      }
    >
      {t(isFiltered ? 'nothingHelp' : 'emptyHelp')}
    </EmptyState>
  );
}

function beginsDay(lines: readonly LogLine[], index: number): boolean {
  const line = lines[index];
  const above = lines[index - 1];
  if (!line) return false;
  return above === undefined
    ? logDay(line.time) !== logDay(Date.now())
    : logDay(line.time) !== logDay(above.time);
}

function toggled(ids: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** Whether the newest lines are in view: only then new ones move what is read. */
function useAtTop(): boolean {
  const [isAtTop, setAtTop] = useState(true);
  const known = useRef(true);
  useEffect(() => {
    const look = () => {
      const next = window.scrollY < 120;
      if (next !== known.current) setAtTop(next);
      known.current = next;
    };
    look();
    window.addEventListener('scroll', look, { passive: true });
    return () => window.removeEventListener('scroll', look);
  }, []);
  return isAtTop;
}
