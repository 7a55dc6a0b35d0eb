import { Button } from '@mantine/core';
import { IconCalendarWeek } from '@tabler/icons-react';
import type { Camera } from '../../shared/cameras.ts';
import type { DayCoverage } from '../../shared/queue.ts';
import type { Status } from '../../shared/status.ts';
import { ForecastLine } from '../cameras/forecast-line.tsx';
import { localToday } from '../format.ts';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { useNow } from '../ui/use-now.ts';
import { CoverageDay } from './coverage-day.tsx';
import { coverageLooks, coverageWeeks, lookWords } from './coverage-plan.ts';
import classes from './coverage-view.module.css';
import { t } from './texts.ts';
import { useCoverage } from './use-pages.ts';

/** What became of every day's clips, and how soon the cards overwrite what waits. */
export function CoverageView({ status }: { status: Status }) {
  const coverage = useCoverage();
  return (
    <div className={classes.view}>
      <Forecasts cameras={status.cameras} />
      <QueryView query={coverage} what={t('theDays')} skeleton={<SkeletonRows count={8} form="line" />}>
        {(data) => {
          const days = data.pages.flatMap((page) => page.days);
          if (days.length === 0) return <NoDays />;
          return (
            <>
              <Weeks days={days} />
              {coverage.hasNextPage && (
                <Button
                  className={classes.more ?? ''}
                  variant="default"
                  loading={coverage.isFetchingNextPage}
                  onClick={coverage.more}
                >
                  {t('earlierDays')}
                </Button>
              )}
            </>
          );
        }}
      </QueryView>
    </div>
  );
}

function Forecasts({ cameras }: { cameras: readonly Camera[] }) {
  const known = cameras.filter((camera) => camera.forecast !== null);
  if (known.length === 0) return null;
  return (
    <Panel title={t('onCard')}>
      {known.map((camera) => (
        <ForecastLine key={camera.id} camera={camera} withName={cameras.length > 1} />
      ))}
    </Panel>
  );
}

function Weeks({ days }: { days: readonly DayCoverage[] }) {
  const weeks = coverageWeeks(days, localToday(useNow()));
  return (
    <>
      <Legend />
      {weeks.map((week) => (
        <section key={week.monday} aria-label={week.title}>
          <h2 className={classes.week}>{week.title}</h2>
          <ul className={classes.days}>
            {week.days.map((day) => (
              <CoverageDay key={`${day.day} ${day.cameraId}`} day={day} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Legend() {
  return (
    <ul className={classes.legend} aria-label={t('whatBarsMean')}>
      {coverageLooks.map((look) => (
        <li key={look} className={classes.key}>
          <span className={`${classes.swatch} ${classes.look}`} data-look={look} aria-hidden />
          {lookWords[look]}
        </li>
      ))}
    </ul>
  );
}

function NoDays() {
  return (
    <EmptyState icon={<IconCalendarWeek size={28} stroke={1.6} />} title={t('noDays')}>
      {t('noDaysWhy')}
    </EmptyState>
  );
}
