import { Link } from '@tanstack/react-router';
import { routes } from '../../shared/routes.ts';
import type { Status } from '../../shared/status.ts';
import { useRoute } from '../api.ts';
import { countOf } from '../format.ts';
import { useTransfers } from '../live-context.tsx';
import { Toned } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { SyncButtons } from '../ui/sync-buttons.tsx';
import { TransferLine } from '../ui/transfer-line.tsx';
import classes from './coming-in.module.css';
import { heldWords, queueWords, quietWords } from './home-words.ts';

/** What is being fetched now and what waits. */
export function ComingIn({ status }: { status: Status }) {
  const transfers = useTransfers();
  const { sync, cameras } = status;
  return (
    <Panel title="Coming in" actions={<SyncButtons paused={sync.paused} />}>
      <div className={classes.body}>
        {transfers.map((transfer) => (
          <TransferLine
            key={transfer.cameraId}
            transfer={transfer}
            cameraName={cameras.find((camera) => camera.id === transfer.cameraId)?.name}
          />
        ))}
        {transfers.length === 0 && <p className={classes.quiet}>{quietWords(sync, cameras)}</p>}
        <div className={classes.queue}>
          <Link to="/downloads">{queueWords(sync)}</Link>
          {sync.held > 0 && <HeldLine sync={sync} />}
          {sync.failed > 0 && (
            <Toned tone="red">
              {countOf(sync.failed, 'clip')} failed. <Link to="/downloads">See why</Link>
            </Toned>
          )}
        </div>
      </div>
    </Panel>
  );
}

/** The held clips stand behind the waiting ones, so their causes are read from there. */
function HeldLine({ sync }: { sync: Status['sync'] }) {
  const query = { offset: Math.max(0, sync.waiting - 1), limit: 50 };
  const tail = useRoute(routes.getQueue, { query }, { keepPrevious: true });
  const held = tail.data?.items.filter((item) => item.state === 'held') ?? [];
  return <Toned tone="amber">{heldWords(sync.held, held)}</Toned>;
}
