import { Button, Progress } from '@mantine/core';
import type { Clip } from '../../shared/clips.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { useTransfers } from '../live-context.tsx';
import { Toned } from '../ui/chips.tsx';
import { failed, toast } from '../ui/toasts.ts';
import { useNow } from '../ui/use-now.ts';
import { shareOf } from '../transfers.ts';
import { channelWords, clipStateTone, clipStateWords } from '../words.ts';
import classes from './clip-state.module.css';

interface ClipStateProps {
  clip: Clip;
  /** Say which channel it is about, where the capture has several. */
  named: boolean;
}

/** Why a clip is not in the archive yet, or never will be, and what can be done. */
export function ClipState({ clip, named }: ClipStateProps) {
  const now = useNow();
  const words = clipStateWords(clip, now);
  return (
    <div className={classes.state}>
      <Toned tone={clipStateTone(clip.state)}>
        {named && `${channelWords[clip.channel]}: `}
        {named ? words.charAt(0).toLowerCase() + words.slice(1) : words}
      </Toned>
      {clip.state === 'transferring' && <LiveProgress clip={clip} />}
      {clip.state === 'failed' && <RetryButton clipId={clip.id} />}
      {clip.state === 'waiting' && <FetchFirstButton clipId={clip.id} />}
    </div>
  );
}

function LiveProgress({ clip }: { clip: Clip }) {
  const transfer = useTransfers().find((each) => each.clipId === clip.id);
  const share = transfer ? shareOf(transfer) : null;
  if (share === null) return null;
  return (
    <span className={classes.progress}>
      <Progress.Root size={6} radius="xl" className={classes.bar}>
        <Progress.Section value={share * 100} aria-label={`Progress of ${clip.name}`} />
      </Progress.Root>
      {Math.floor(share * 100)} %
    </span>
  );
}

const affected = [routes.getStatus, routes.getQueue, routes.getDay];

/** Tries a failed clip again. */
export function RetryButton({ clipId }: { clipId: number }) {
  const retry = useAction(routes.retryFailed, {
    refetch: affected,
    onSuccess: () => toast('It will be tried again.'),
    onError: failed('It could not be tried again'),
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={retry.isPending}
      onClick={() => retry.mutate({ body: { clipIds: [clipId] } })}
    >
      Retry
    </Button>
  );
}

/** Puts a clip at the head of the queue. */
export function FetchFirstButton({ clipId }: { clipId: number }) {
  const first = useAction(routes.fetchFirst, {
    refetch: affected,
    onSuccess: () => toast('It is fetched next.'),
    onError: failed('The order could not be changed'),
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={first.isPending}
      onClick={() => first.mutate({ body: { clipIds: [clipId] } })}
    >
      Fetch next
    </Button>
  );
}
