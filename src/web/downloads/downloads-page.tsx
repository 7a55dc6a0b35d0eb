import { IconCircleCheck, IconPlayerPause } from '@tabler/icons-react';
import { routes } from '../../shared/routes.ts';
import type { Status } from '../../shared/status.ts';
import { useRoute } from '../api.ts';
import { heldWords, queueWords, quietWords } from '../home/home-words.ts';
import { useTransfers } from '../live-context.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines, SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { SyncButtons } from '../ui/sync-buttons.tsx';
import { TransferLine } from '../ui/transfer-line.tsx';
import { hasAddress } from '../words.ts';
import classes from './downloads-page.module.css';
import { FailedPanel } from './failed-panel.tsx';
import { HeldPanel } from './held-panel.tsx';
import { QueueList } from './queue-list.tsx';
import { useQueueInState } from './use-queue.ts';

/** What is coming in, in what order and why; what did not, and what can be done. */
export function DownloadsPage() {
  const status = useRoute(routes.getStatus);
  return (
    <QueryView query={status} what="The downloads" skeleton={<DownloadsSkeleton />}>
      {(data) => <Downloads status={data} />}
    </QueryView>
  );
}

function Downloads({ status }: { status: Status }) {
  const { sync } = status;
  const first = useRoute(routes.getQueue, { query: { offset: 0, limit: 100 } });
  const failed = useQueueInState('failed', sync.failed);
  const held = useQueueInState('held', sync.held);
  return (
    <div className={classes.page}>
      <Running status={status} />
      {failed.length > 0 && <FailedPanel items={failed} total={sync.failed} />}
      {held.length > 0 && <HeldPanel items={held} title={heldWords(sync.held, held)} />}
      <section aria-label="Waiting clips">
        <QueryView query={first} what="The queue" skeleton={<SkeletonRows count={8} form="line" />}>
          {(queue) => {
            const waiting = Math.max(0, queue.total - sync.held - sync.failed);
            if (waiting > 0) return <QueueList count={waiting} zoneTitle={queueWords(sync)} />;
            return <NothingWaits status={status} />;
          }}
        </QueryView>
      </section>
    </div>
  );
}

function Running({ status }: { status: Status }) {
  const transfers = useTransfers();
  const { sync, cameras } = status;
  return (
    <Panel title="Now" actions={<SyncButtons paused={sync.paused} />}>
      <div className={classes.now}>
        {transfers.map((transfer) => (
          <TransferLine
            key={transfer.cameraId}
            transfer={transfer}
            cameraName={cameras.find((camera) => camera.id === transfer.cameraId)?.name}
          />
        ))}
        {transfers.length === 0 && <p className={classes.quiet}>{quietWords(sync, cameras)}</p>}
      </div>
    </Panel>
  );
}

function NothingWaits({ status }: { status: Status }) {
  const Icon = status.sync.paused ? IconPlayerPause : IconCircleCheck;
  return (
    <EmptyState icon={<Icon size={28} stroke={1.6} />} title="Nothing is waiting">
      {!status.cameras.some(hasAddress)
        ? 'Clips queue up here once a camera has been added and its address is known.'
        : 'Clips queue up here when the card has been read and holds something new.'}
    </EmptyState>
  );
}

function DownloadsSkeleton() {
  return (
    <div className={classes.page}>
      <Panel title="Now">
        <SkeletonLines widths={[40, 100, 20]} />
      </Panel>
      <SkeletonRows count={8} form="line" />
    </div>
  );
}
