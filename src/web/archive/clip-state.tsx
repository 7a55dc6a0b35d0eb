import { Button, Progress } from '@mantine/core';
import type { Clip } from '../../shared/clips.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { useTransfers } from '../live-context.tsx';
import { Toned } from '../ui/chips.tsx';
import { failed, toast } from '../ui/toasts.ts';
import { shareOf } from '../transfers.ts';
import { clipStateTone } from '../words.ts';
import type { ClipGroup } from './archive-words.ts';
import classes from './clip-state.module.css';

/** Why clips are not in the archive yet, or never will be, and what can be done. */
export function ClipState({ group }: { group: ClipGroup }) {
  const [clip] = group.clips;
  const clipIds = group.clips.map((each) => each.id);
  return (
    <div className={classes.state}>
      <Toned tone={clipStateTone(clip.state)}>{group.words}</Toned>
      {clip.state === 'transferring' && <LiveProgress clip={clip} />}
      {clip.state === 'failed' && <RetryButton clipIds={clipIds} />}
      {clip.state === 'waiting' && <FetchFirstButton clipIds={clipIds} />}
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

/** Tries failed clips again. */
export function RetryButton({ clipIds }: { clipIds: number[] }) {
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
      onClick={() => retry.mutate({ body: { clipIds } })}
    >
      Retry
    </Button>
  );
}

/** Puts clips at the head of the queue. */
export function FetchFirstButton({ clipIds }: { clipIds: number[] }) {
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
      onClick={() => first.mutate({ body: { clipIds } })}
    >
      Fetch next
    </Button>
  );
}
