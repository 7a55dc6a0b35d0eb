import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { Retention } from '../../shared/retention.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { formatBytes, formatCount } from '../format.ts';
import { wordsOf } from '../text/text.ts';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines, SkeletonRows } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { AskPanel } from './ask-panel.tsx';
import { DiskView } from './disk-view.tsx';
import classes from './storage-page.module.css';
import { storageViews, type StorageViewName } from './storage-views.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

const TrashView = lazy(async () => ({ default: (await import('./trash-view.tsx')).TrashView }));
const FoldersView = lazy(async () => ({ default: (await import('./folders-view.tsx')).FoldersView }));
const AuditView = lazy(async () => ({ default: (await import('./audit-view.tsx')).AuditView }));

const route = getRouteApi('/storage');

const viewWords = wordsOf<typeof en, StorageViewName>(t, {
  disk: 'viewDisk',
  trash: 'viewTrash',
  log: 'viewLog',
  folders: 'viewFolders',
});

/** What fills the disk, by which rules it is emptied, what is in the trash, what went and why, and how its folders are made. */
export function StoragePage() {
  const retention = useRoute(routes.getRetention);
  const { view = 'disk' } = route.useSearch();
  return (
    <QueryView query={retention} what={t('theStorage')} skeleton={<StorageSkeleton />}>
      {(data) => (
        <div className={classes.page}>
          <AskPanel retention={data} />
          <Views current={view} retention={data} />
          <Suspense fallback={<SkeletonRows count={8} form="line" />}>
            <View name={view} retention={data} />
          </Suspense>
        </div>
      )}
    </QueryView>
  );
}

function View({ name, retention }: { name: StorageViewName; retention: Retention }) {
  switch (name) {
    case 'disk':
      return <DiskView retention={retention} />;
    case 'trash':
      return <TrashView />;
    case 'log':
      return <AuditView />;
    case 'folders':
      return <FoldersView />;
  }
}

function Views({ current, retention }: { current: StorageViewName; retention: Retention }) {
  const { trash } = retention;
  return (
    <nav className={classes.views} aria-label={t('parts')}>
      {storageViews.map((name) => (
        <Link
          key={name}
          to="/storage"
          search={name === 'disk' ? {} : { view: name }}
          className={classes.view}
          resetScroll={false}
          aria-current={name === current ? 'true' : undefined}
          data-current={name === current || undefined}
        >
          <span>
            {viewWords[name]}
            {name === 'log' && <span className={classes.more}>{t('viewLogMore')}</span>}
          </span>
          {name === 'trash' && trash.clips > 0 && (
            <span className={classes.count} title={formatBytes(trash.bytes)}>
              {formatCount(trash.clips)}
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}

function StorageSkeleton() {
  return (
    <div className={classes.page}>
      <Panel title={t('whatFills')}>
        <SkeletonLines widths={[60, 40, 100, 100, 80]} />
      </Panel>
      <Panel title={t('rules')}>
        <SkeletonLines widths={[50, 70, 40, 60, 50]} />
      </Panel>
    </div>
  );
}
