import { ActionIcon, Menu } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconDots } from '@tabler/icons-react';
import type { ClipSelection } from '../../shared/queue.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf } from '../api.ts';
import { formatDay } from '../format.ts';
import { CameraMark } from '../ui/chips.tsx';
import { changeWords } from '../ui/queue-words.ts';
import { useQueueChange } from '../ui/use-queue-change.ts';
import { groupSpan, orderReasonWords } from './downloads-words.ts';
import classes from './group-head.module.css';
import { driveAround, type QueueGroup } from './queue-groups.ts';
import { t } from './texts.ts';

interface GroupHeadProps {
  group: QueueGroup;
  /** Picks the clips of the group. */
  onSelect: () => void;
}

/** Which drive the clips below are of, and what can be done with all of it. */
export function GroupHead({ group, onSelect }: GroupHeadProps) {
  const span = groupSpan(group);
  return (
    <div className={classes.head}>
      <h3 className={classes.title}>
        <span className={classes.day}>{formatDay(group.day)}</span>
        <span>{span}</span>
        <span className={classes.reason} data-reason={group.reason}>
          {orderReasonWords(group.reason)}
        </span>
        <CameraMark cameraId={group.cameraId} />
      </h3>
      <GroupMenu
        group={group}
        label={t('whatToDo', { day: formatDay(group.day), span })}
        onSelect={onSelect}
      />
    </div>
  );
}

function GroupMenu({ group, label, onSelect }: GroupHeadProps & { label: string }) {
  const first = useQueueChange(routes.fetchFirst, changeWords.first);
  const skip = useQueueChange(routes.skipClips, changeWords.skip);
  const driveOf = useDrive(group);
  const withDrive = (change: (body: ClipSelection) => void) => void driveOf().then(change);
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <ActionIcon className={classes.menu ?? ''} variant="subtle" color="gray" size={28} aria-label={label}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => withDrive((body) => first.mutate({ body }))}>
          {t(group.isParking ? 'parkingFirst' : 'driveFirst')}
        </Menu.Item>
        <Menu.Item onClick={() => first.mutate({ body: { day: group.day, cameraId: group.cameraId } })}>
          {t('dayFirst')}
        </Menu.Item>
        <Menu.Item onClick={() => withDrive((body) => skip.mutate({ body }))}>
          {t(group.isParking ? 'skipParking' : 'skipDrive')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={onSelect}>{t('selectThese')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The whole drive that a group is of, with the clips of it that stand elsewhere in the queue. */
function useDrive({ day, cameraId, from, to }: QueueGroup): () => Promise<ClipSelection> {
  const client = useQueryClient();
  return async () => {
    const input = { params: { day } };
    const span = await client
      .fetchQuery({
        queryKey: keyOf(routes.getDay, input),
        queryFn: ({ signal }) => call(routes.getDay, input, { signal }),
        staleTime: 5_000,
      })
      .then(({ captures }) => driveAround(captures, { cameraId, from, to }))
      // What is known of the drive here is the most of it.
      .catch(() => ({ from, to }));
    return { ...span, cameraId };
  };
}
