import { useMemo, useState } from 'react';
import type { OwnMark } from '../../../shared/own-marks.ts';
import { routes } from '../../../shared/routes.ts';
import { useAction, useRoute } from '../../api.ts';
import { failed } from '../../ui/toasts.ts';
import { undoToast } from '../../ui/undo-toast.tsx';
import type { Footage } from '../player-types.ts';
import { t } from './texts.ts';

export interface OwnMarks {
  marks: readonly OwnMark[];
  /** Why there may be fewer than there are; null: these are all. */
  trouble: string | null;
  /** The one whose words are being written. */
  openId: number | null;
  open: (id: number | null) => void;
  isAdding: boolean;
  add: (at: number, cameraId: number | null) => void;
  change: (mark: OwnMark, text: string) => void;
  remove: (mark: OwnMark) => void;
}

const refetch = [routes.listMarks];

/** The moments that people marked on what is played. */
export function useOwnMarks({ from, to, lanes }: Footage): OwnMarks {
  const [openId, open] = useState<number | null>(null);
  const span = { from: Math.floor(from), to: Math.ceil(to) };
  const { data, error } = useRoute(routes.listMarks, { query: span }, { keepPrevious: true });
  const marks = useMemo(() => {
    const cameras = new Set(lanes.map(({ cameraId }) => cameraId));
    return (data?.marks ?? []).filter(({ cameraId }) => cameraId === null || cameras.has(cameraId));
  }, [data, lanes]);
  const add = useAction(routes.addMark, {
    refetch,
    onSuccess: ({ id }) => open(id),
    onError: failed(t('markNotAdded')),
  });
  const restore = useAction(routes.addMark, { refetch, onError: failed(t('markNotAdded')) });
  const change = useAction(routes.updateMark, { refetch, onError: failed(t('markNotChanged')) });
  const remove = useAction(routes.removeMark, { refetch, onError: failed(t('markNotDeleted')) });
  const { isPending, mutate: sendMark } = add;
  return {
    marks,
    trouble: error ? t('marksNotRead') : data?.isPartial ? t('marksCut', { count: data.marks.length }) : null,
    openId,
    open,
    isAdding: isPending,
    add: (at, cameraId) => {
      if (!isPending) sendMark({ body: { at: Math.round(at), cameraId, text: '' } });
    },
    change: (mark, text) => {
      open(null);
      if (text.trim() !== mark.text) change.mutate({ params: { id: mark.id }, body: { text: text.trim() } });
    },
    remove: ({ id, at, cameraId, text }) => {
      open(null);
      const undo = () => restore.mutate({ body: { at, cameraId, text } });
      // What went wrong is said already.
      void remove.mutateAsync({ params: { id } }).then(
        () => undoToast(t('markDeleted'), undo),
        () => undefined,
      );
    },
  };
}
