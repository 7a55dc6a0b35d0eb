import { Button, Checkbox } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTrash } from '@tabler/icons-react';
import { memo, useCallback, useId, useRef, useState } from 'react';
import type { TrashEntry } from '../../shared/retention.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { formatInstant } from '../format.ts';
import { Confirm } from '../ui/confirm.tsx';
import { SmallButton } from '../ui/queue-buttons.tsx';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { useLatest } from '../ui/use-latest.ts';
import { useNow } from '../ui/use-now.ts';
import { VirtualList } from '../ui/virtual-list.tsx';
import { ClipRow, clipRowWords } from './clip-row.tsx';
import { PickedBar } from './picked-bar.tsx';
import { extended, toggled, type Picked } from './trash-selection.ts';
import { emptyWords, trashWords } from './trash-words.ts';
import classes from './trash-view.module.css';
import { useEmptyTrash, useRestore } from './use-removal.ts';
import { useCameraNames, useTrash } from './use-storage.ts';
import { whyWords, type CameraNames } from './why-words.ts';
import { t } from './texts.ts';

/** The clips that were deleted and can still be restored. */
export function TrashView() {
  const trash = useTrash();
  return (
    <QueryView query={trash} what={t('theTrash')} skeleton={<SkeletonRows count={8} form="line" />}>
      {(data) => {
        const total = data.pages[0]?.total;
        if (!total || trash.clips.length === 0) return <NothingThere />;
        return <TrashList clips={trash.clips} total={total} onMore={trash.more} />;
      }}
    </QueryView>
  );
}

interface TrashListProps {
  clips: readonly TrashEntry[];
  total: { clips: number; bytes: number };
  onMore: () => void;
}

function TrashList({ clips, total, onMore }: TrashListProps) {
  const now = useNow();
  const names = useCameraNames();
  const { restore, isPending } = useRestore();
  const nextGoneAt = useRoute(routes.getRetention).data?.trash.nextGoneAt ?? null;
  const { picked, pick, clear } = usePicked(clips);
  const restoreOne = useLatest((clip: TrashEntry) => restore([clip]));
  const keyOf = useCallback((index: number) => clips[index]?.clipId ?? index, [clips]);
  return (
    <div className={classes.view}>
      <div className={classes.head}>
        <p className={classes.words}>
          {trashWords(total, nextGoneAt, now)} {t('keptFromThen')}
        </p>
        <div className={classes.buttons}>
          <Button variant="default" loading={isPending} onClick={() => restore(clips, { all: true })}>
            {t('restoreAll')}
          </Button>
          <EmptyButton total={total} />
        </div>
      </div>
      <VirtualList
        framed
        count={clips.length}
        label={t('clipsInTrash')}
        estimateSize={() => 64}
        keyOf={keyOf}
        onRange={(_, last) => last >= clips.length - 20 && onMore()}
        renderRow={(index) => {
          const clip = clips[index];
          if (!clip) return null;
          return (
            <TrashRow
              clip={clip}
              index={index}
              names={names}
              now={now}
              isPicked={picked.has(clip.clipId)}
              onPick={pick}
              onRestore={restoreOne}
            />
          );
        }}
      />
      <PickedBar picked={picked} onClear={clear} />
    </div>
  );
}

/** What is picked; with shift, all from the one picked before. What has left the trash is let go. */
function usePicked(clips: readonly TrashEntry[]) {
  const [chosen, setPicked] = useState<Picked>(new Map());
  const anchor = useRef<number | null>(null);
  const there = new Set(clips.map((clip) => clip.clipId));
  const picked: Picked = new Map([...chosen].filter(([clipId]) => there.has(clipId)));
  const pick = useLatest((index: number, extend: boolean) => {
    const clip = clips[index];
    if (!clip) return;
    const from = anchor.current;
    anchor.current = index;
    if (extend && from !== null && from !== index) {
      setPicked(extended(picked, clips.slice(Math.min(from, index), Math.max(from, index) + 1)));
    } else {
      setPicked(toggled(picked, clip));
    }
  });
  const clear = () => {
    anchor.current = null;
    setPicked(new Map());
  };
  return { picked, pick, clear };
}

interface TrashRowProps {
  clip: TrashEntry;
  index: number;
  names: CameraNames;
  now: number;
  isPicked: boolean;
  onPick: (index: number, extend: boolean) => void;
  onRestore: (clip: TrashEntry) => void;
}

const TrashRow = memo(function TrashRow(props: TrashRowProps) {
  const { clip, index, names, now, isPicked, onPick, onRestore } = props;
  const id = useId();
  return (
    <div className={classes.pick} data-picked={isPicked || undefined}>
      <label className={classes.box} htmlFor={id}>
        <Checkbox
          id={id}
          size="xs"
          checked={isPicked}
          aria-label={t('selectClip', { clip: clipRowWords(clip) })}
          onChange={(event) =>
            onPick(index, event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)
          }
        />
      </label>
      <ClipRow
        clip={clip}
        why={whyWords(clip.why, names)}
        fate={clip.goneAt <= now ? t('goesAnyMoment') : t('until', { time: formatInstant(clip.goneAt, now) })}
        action={<SmallButton word={t('restore')} onClick={() => onRestore(clip)} />}
      />
    </div>
  );
});

function EmptyButton({ total }: { total: { clips: number; bytes: number } }) {
  const [opened, { open, close }] = useDisclosure(false);
  const empty = useEmptyTrash();
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('empty')}
      </Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={t('emptyTrash')}
        deed={t('deleteForGood')}
        danger
        isBusy={empty.isPending}
        onConfirm={() => empty.mutate({ body: {} }, { onSuccess: close })}
      >
        {emptyWords(total).map((text) => (
          <p key={text}>{text}</p>
        ))}
      </Confirm>
    </>
  );
}

function NothingThere() {
  return (
    <EmptyState icon={<IconTrash size={28} stroke={1.6} />} title={t('trashIsEmpty')}>
      {t('trashIsEmptyWhy')}
    </EmptyState>
  );
}
