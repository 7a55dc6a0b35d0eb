import { IconCircleCheck, IconPlayerPause } from '@tabler/icons-react';
import { routes } from '../../shared/routes.ts';
import type { Status } from '../../shared/status.ts';
import { useRoute } from '../api.ts';
import { queueWords } from '../home/home-words.ts';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { hasAddress } from '../words.ts';
import { FailedPanel } from './failed-panel.tsx';
import { FetchHours } from './fetch-hours.tsx';
import { HeldPanel } from './held-panel.tsx';
import { QueueList } from './queue-list.tsx';
import { queuePage } from './queue-pages.ts';
import classes from './queue-view.module.css';
import { SkippedPanel } from './skipped-panel.tsx';
import { t } from './texts.ts';
import { useQueueInState } from './use-queue.ts';

/** What failed, what is held, what is skipped, and all that comes, in the order it will come. */
export function QueueView({ status }: { status: Status }) {
  const { sync } = status;
  const first = useRoute(routes.getQueue, queuePage(0));
  const failed = useQueueInState('failed', sync.failed);
  const held = useQueueInState('held', sync.held);
  return (
    <div className={classes.view}>
      {failed.length > 0 && <FailedPanel items={failed} total={sync.failed} />}
      {held.length > 0 && <HeldPanel items={held} total={sync.held} />}
      <SkippedPanel />
      <section aria-label={t('waitingClips')}>
        <QueryView query={first} what={t('theQueue')} skeleton={<SkeletonRows count={8} form="line" />}>
          {(queue) => {
            if (queue.total === 0) return <NothingWaits status={status} />;
            return (
              <>
                <div className={classes.head}>
                  <h2 className={classes.title}>{queueWords(sync)}</h2>
                  <FetchHours />
                </div>
                <QueueList count={queue.total} />
              </>
            );
          }}
        </QueryView>
      </section>
    </div>
  );
}

function NothingWaits({ status }: { status: Status }) {
  const Icon = status.sync.paused ? IconPlayerPause : IconCircleCheck;
  return (
    <EmptyState icon={<Icon size={28} stroke={1.6} />} title={t('nothingWaits')}>
      {t(status.cameras.some(hasAddress) ? 'nothingWaitsWhy' : 'noCameraWhy')}
    </EmptyState>
  );
}
