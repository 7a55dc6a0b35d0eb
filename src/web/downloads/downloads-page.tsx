import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { routes } from '../../shared/routes.ts';
import type { Status } from '../../shared/status.ts';
import { useRoute } from '../api.ts';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines, SkeletonRows } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import classes from './downloads-page.module.css';
import { downloadsViews, type DownloadsViewName } from './downloads-views.ts';
import { NowPanel } from './now-panel.tsx';
import { QueueView } from './queue-view.tsx';
import { t } from './texts.ts';

const CoverageView = lazy(async () => ({ default: (await import('./coverage-view.tsx')).CoverageView }));
const VisitsView = lazy(async () => ({ default: (await import('./visits-view.tsx')).VisitsView }));

const route = getRouteApi('/downloads');

/** What is coming in, in what order and why; what of each day is here; what each visit brought. */
export function DownloadsPage() {
  const status = useRoute(routes.getStatus);
  const { view = 'queue' } = route.useSearch();
  return (
    <QueryView query={status} what={t('theDownloads')} skeleton={<DownloadsSkeleton />}>
      {(data) => (
        <div className={classes.page}>
          <NowPanel status={data} />
          <Views current={view} />
          <Suspense fallback={<SkeletonRows count={8} form="line" />}>
            <View name={view} status={data} />
          </Suspense>
        </div>
      )}
    </QueryView>
  );
}

function View({ name, status }: { name: DownloadsViewName; status: Status }) {
  switch (name) {
    case 'queue':
      return <QueueView status={status} />;
    case 'days':
      return <CoverageView status={status} />;
    case 'visits':
      return <VisitsView status={status} />;
  }
}

function Views({ current }: { current: DownloadsViewName }) {
  return (
    <nav className={classes.views} aria-label={t('parts')}>
      {downloadsViews.map((name) => (
        <Link
          key={name}
          to="/downloads"
          search={name === 'queue' ? {} : { view: name }}
          className={classes.view}
          resetScroll={false}
          aria-current={name === current ? 'true' : undefined}
          data-current={name === current || undefined}
        >
          {t(name)}
        </Link>
      ))}
    </nav>
  );
}

function DownloadsSkeleton() {
  return (
    <div className={classes.page}>
      <Panel title={t('now')}>
        <SkeletonLines widths={[40, 100, 20]} />
      </Panel>
      <SkeletonRows count={8} form="line" />
    </div>
  );
}
