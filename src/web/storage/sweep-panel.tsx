import { Button, Progress } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import type { Retention } from '../../shared/retention.ts';
import { routes } from '../../shared/routes.ts';
import { fullStop } from '../format.ts';
import { LongList } from '../health/long-list.tsx';
import { Light, Toned } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { useNow } from '../ui/use-now.ts';
import { clipTitle } from '../words.ts';
import classes from './sweep-panel.module.css';
import { failureWords, pendingWords, stateTone, stateWords, sweepWords } from './sweep-words.ts';
import { useSweepAction } from './use-storage.ts';
import { t } from './texts.ts';

/** What deletes by rule is at, what failed, and what it did before. */
export function SweepPanel({ retention }: { retention: Retention }) {
  const now = useNow(10_000);
  const { obstacle, progress } = retention;
  const pending = pendingWords(retention);
  return (
    <Panel title={t('deletingByRule')} actions={<SweepButton state={retention.state} />}>
      <div className={classes.body}>
        <div>
          <output className={classes.state}>
            <Light tone={stateTone(retention)} />
            <span>{stateWords(retention, now)}</span>
          </output>
          {obstacle?.advice && <p className={classes.advice}>{fullStop(obstacle.advice)}</p>}
        </div>
        {progress && progress.total > 0 && (
          <Progress
            size={8}
            radius="xl"
            aria-label={t('clipsDeleted')}
            value={(progress.done / progress.total) * 100}
          />
        )}
        {pending && <p className={classes.dim}>{pending}</p>}
        <Failures failures={retention.failures} now={now} />
        <Sentences
          title={t('lastSweeps')}
          lines={retention.sweeps
            .slice(0, 3)
            .map((sweep) => ({ key: String(sweep.id), text: sweepWords(sweep, now) }))}
        />
      </div>
    </Panel>
  );
}

function SweepButton({ state }: { state: Retention['state'] }) {
  const start = useSweepAction(routes.startSweep, t('sweepNotStarted'));
  const stop = useSweepAction(routes.stopSweep, t('sweepNotStopped'));
  if (state === 'sweeping' || state === 'planning') {
    return (
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={17} aria-hidden />}
        loading={stop.isPending}
        onClick={() => stop.mutate(undefined)}
      >
        {t('stop')}
      </Button>
    );
  }
  if (state === 'off') return null;
  return (
    <Button
      variant="default"
      leftSection={<IconPlayerPlay size={17} aria-hidden />}
      loading={start.isPending}
      onClick={() => start.mutate(undefined)}
    >
      {t('runNow')}
    </Button>
  );
}

function Sentences({ title, lines }: { title: string; lines: readonly { key: string; text: string }[] }) {
  if (lines.length === 0) return null;
  return (
    <section>
      <h3 className={classes.title}>{title}</h3>
      <ul className={classes.lines}>
        {lines.map(({ key, text }) => (
          <li key={key}>{text}</li>
        ))}
      </ul>
    </section>
  );
}

function Failures({ failures, now }: { failures: Retention['failures']; now: number }) {
  if (failures.count === 0) return null;
  const { count, items } = failures;
  return (
    <section>
      <h3 className={classes.title}>
        <Toned tone="red">{t('clipsNotDeleted', { count })}</Toned>
      </h3>
      <LongList
        className={classes.lines}
        items={items}
        shownAtFirst={5}
        keyOf={(failure) => String(failure.clipId)}
        render={(failure) => (
          <>
            <span title={failure.path}>{clipTitle(failure.name)}</span>
            <span className={classes.reason}>{failureWords(failure, now)}</span>
          </>
        )}
      />
      {count > items.length && (
        <p className={classes.dim}>{t('moreAsWell', { count: count - items.length })}</p>
      )}
    </section>
  );
}
