import { Link } from '@tanstack/react-router';
import type { Status } from '../../shared/status.ts';
import { useQueueInState } from '../downloads/use-queue.ts';
import { fullStop } from '../format.ts';
import { useTransfers } from '../live-context.tsx';
import { RichText } from '../text/rich-text.tsx';
import { shownTransfers } from '../transfers.ts';
import { Toned } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { SyncButtons } from '../ui/sync-buttons.tsx';
import { TransferLine } from '../ui/transfer-line.tsx';
import classes from './coming-in.module.css';
import { heldWords, queueWords } from './home-words.ts';
import { t } from './texts.ts';

/** What is being fetched now and what waits. */
export function ComingIn({ status }: { status: Status }) {
  const transfers = shownTransfers(useTransfers());
  const { sync, cameras } = status;
  return (
    <Panel title={t('comingIn')} actions={<SyncButtons paused={sync.paused} />}>
      <div className={classes.body}>
        {transfers.map((transfer) => (
          <TransferLine
            key={transfer.clipId}
            transfer={transfer}
            cameraName={cameras.find((camera) => camera.id === transfer.cameraId)?.name}
          />
        ))}
        {transfers.length === 0 && <p className={classes.quiet}>{fullStop(sync.reason)}</p>}
        <div className={classes.queue}>
          {sync.waiting > 0 && <Link to="/downloads">{queueWords(sync)}</Link>}
          {sync.held > 0 && <HeldLine sync={sync} />}
          {sync.failed > 0 && (
            <Toned tone="red">
              <RichText
                of={t}
                text="clipsFailed"
                values={{ count: sync.failed }}
                parts={{ why: <Link to="/downloads" className={classes.why} /> }}
              />
            </Toned>
          )}
        </div>
      </div>
    </Panel>
  );
}

function HeldLine({ sync }: { sync: Status['sync'] }) {
  const held = useQueueInState('held', sync.held);
  return <Toned tone="amber">{heldWords(sync.held, held)}</Toned>;
}
