import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconCar } from '@tabler/icons-react';
import type { Camera } from '../../shared/cameras.ts';
import type { Visit } from '../../shared/queue.ts';
import type { Status } from '../../shared/status.ts';
import { formatCount, formatDay, formatSpeed } from '../format.ts';
import { Toned } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { useNow } from '../ui/use-now.ts';
import { t } from './texts.ts';
import { useVisits } from './use-pages.ts';
import { broughtWords, endedWords, visitFailures, visitWhen } from './visit-words.ts';
import classes from './visits-view.module.css';

/** The last visits of each camera and what each of them brought. */
export function VisitsView({ status }: { status: Status }) {
  if (status.cameras.length === 0) return <NoVisits />;
  return (
    <div className={classes.view}>
      {status.cameras.map((camera) => (
        <CameraVisits key={camera.id} camera={camera} />
      ))}
    </div>
  );
}

function CameraVisits({ camera }: { camera: Camera }) {
  const query = useVisits(camera.id);
  return (
    <Panel title={t('visitsOf', { camera: camera.name })}>
      <QueryView query={query} what={t('theVisits')} skeleton={<SkeletonLines widths={[60, 40, 70, 45]} />}>
        {(data) => {
          const visits = data.pages.flatMap((page) => page.visits);
          if (visits.length === 0) return <NoVisits />;
          return (
            <>
              <ul>
                {visits.map((visit) => (
                  <VisitRow key={visit.id} visit={visit} />
                ))}
              </ul>
              {query.hasNextPage && (
                <Button
                  className={classes.more ?? ''}
                  variant="default"
                  loading={query.isFetchingNextPage}
                  onClick={query.more}
                >
                  {t('showMore')}
                </Button>
              )}
            </>
          );
        }}
      </QueryView>
    </Panel>
  );
}

function VisitRow({ visit }: { visit: Visit }) {
  const now = useNow();
  const failures = visitFailures(visit);
  const end = endedWords(visit) ?? t('isHere');
  const { bestBytesPerSecond: best } = visit;
  return (
    <li className={classes.visit}>
      <div>
        <p className={classes.when}>{visitWhen(visit, now)}</p>
        <p className={classes.dim}>{visit.connection === 'alternative' ? t('otherAddress', { end }) : end}</p>
      </div>
      <div>
        <p title={best === null ? undefined : t('atBest', { speed: formatSpeed(best) })}>
          {broughtWords(visit)}
        </p>
        {failures && <Toned tone="red">{failures}</Toned>}
      </div>
      <ul className={classes.days} aria-label={t('ofTheseDays')}>
        {visit.brought.map(({ day, clips }) => (
          <li key={day}>
            <Link to="/archive/$day" params={{ day }} className={classes.day}>
              {formatDay(day, { short: true })} <span className={classes.dim}>{formatCount(clips)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </li>
  );
}

function NoVisits() {
  return (
    <EmptyState icon={<IconCar size={28} stroke={1.6} />} title={t('noVisits')} compact>
      {t('noVisitsWhy')}
    </EmptyState>
  );
}
