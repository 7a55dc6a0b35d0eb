import type { Route, RouteResponse } from '../../shared/route.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { failed, toast } from './toasts.ts';
import { undoToast } from './undo-toast.tsx';
import { t } from './texts.ts';

/** What a change of the queue makes old; lists in view are read again, the others when they are looked at. */
const affected = [
  routes.getStatus,
  routes.getQueue,
  routes.getDay,
  routes.getDayJourneys,
  routes.listDays,
  routes.listCoverage,
] as const;

type ChangeRoute = Route &
  (
    | typeof routes.fetchFirst
    | typeof routes.fetchLast
    | typeof routes.skipClips
    | typeof routes.unskipClips
    | typeof routes.retryFailed
    | typeof routes.cancelTransfer
  );

interface ChangeWords {
  /** What was done to so many clips, as a sentence. */
  done: (changed: number) => string;
  /** Why nothing was changed, when nothing was. */
  nothing: () => string;
  /** What could not be done, when it was refused. */
  refused: () => string;
}

/** A change of the queue; afterwards a message says what came of it, with a way back. */
export function useQueueChange<R extends ChangeRoute>(route: R, words: ChangeWords) {
  const undo = useUndo();
  return useAction(route, {
    refetch: affected,
    onSuccess: (answer: RouteResponse<R>) => {
      const { changed, undo: token } = answer;
      if (changed === 0) toast(words.nothing());
      else if (token === null) toast(words.done(changed));
      else undoToast(words.done(changed), () => undo(token));
    },
    onError: failed(words.refused()),
  });
}

/** Takes back a change by what its answer gave for that. */
export function useUndo(): (token: string) => void {
  const action = useAction(routes.undoQueueChange, {
    refetch: affected,
    onSuccess: ({ changed }) => toast(t(changed === 0 ? 'nothingToUndo' : 'undone')),
    onError: failed(t('undoFailed')),
  });
  return (token) => action.mutate({ body: { undo: token } });
}
