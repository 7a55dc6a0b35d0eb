import { lazy, Suspense } from 'react';
import { routes } from '../../shared/routes.ts';
import type { Status } from '../../shared/status.ts';
import { useRoute } from '../api.ts';
import { Panel } from '../ui/panel.tsx';
import { ProblemList } from '../ui/problem-list.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { hasAddress } from '../words.ts';
import { CameraCard } from './camera-card.tsx';
import { ComingIn } from './coming-in.tsx';
import classes from './home-page.module.css';
import { LastJourneys } from './last-journeys.tsx';
import { t } from './texts.ts';
import { VolumePanel } from './volume-panel.tsx';

/** Only a new installation needs it. */
const FirstRun = lazy(async () => ({ default: (await import('../cameras/first-run.tsx')).FirstRun }));

/** What a person wants to know at a glance. */
export function HomePage() {
  const status = useRoute(routes.getStatus);
  return (
    <QueryView query={status} what={t('theState')} skeleton={<HomeSkeleton />}>
      {(data) => <Home status={data} />}
    </QueryView>
  );
}

function Home({ status }: { status: Status }) {
  const isFirstRun = !status.cameras.some(hasAddress);
  const [first, ...others] = status.cameras;
  // The panel of the first run says all that is known of a camera without an address.
  const shown = isFirstRun ? others : status.cameras;
  return (
    <div className={classes.page}>
      {status.problems.length > 0 && (
        <div className={classes.wide}>
          <Panel title={t('problems', { count: status.problems.length })}>
            <ProblemList problems={status.problems} />
          </Panel>
        </div>
      )}
      <div className={classes.column}>
        {isFirstRun && (
          <Suspense fallback={<SkeletonLines widths={[60, 90, 75]} />}>
            <FirstRun camera={first} />
          </Suspense>
        )}
        {shown.map((camera) => (
          <CameraCard key={camera.id} camera={camera} />
        ))}
        {!isFirstRun && <ComingIn status={status} />}
      </div>
      <div className={classes.column}>
        <VolumePanel archive={status.archive} />
        <LastJourneys />
      </div>
    </div>
  );
}

function HomeSkeleton() {
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <Panel title={t('camera')}>
          <SkeletonLines widths={[45, 70, 60]} />
        </Panel>
        <Panel title={t('comingIn')}>
          <SkeletonLines widths={[55, 100, 40]} />
        </Panel>
      </div>
      <div className={classes.column}>
        <Panel title={t('archive')}>
          <SkeletonLines widths={[60, 100, 50]} />
        </Panel>
        <Panel title={t('lastDays')}>
          <SkeletonLines widths={[90, 90, 90, 90]} />
        </Panel>
      </div>
    </div>
  );
}
