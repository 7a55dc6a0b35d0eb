import type { Journey } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { failed, toast } from '../ui/toasts.ts';
import { undoToast } from '../ui/undo-toast.tsx';
import { t } from './texts.ts';

/** Whatever shows journeys. */
export const journeyViews = [
  routes.getDayJourneys,
  routes.getDayMap,
  routes.listDayRoutes,
  routes.getJourney,
  routes.getJourneyTrack,
  routes.getMap,
];

interface JourneyEdits {
  split: (journey: Pick<Journey, 'id'>, at: number) => void;
  merge: (journeyIds: number[]) => void;
  undo: (journeyId: number) => void;
  isBusy: boolean;
}

/**
 * Splitting and merging, each with a way back. `onJourney` is told the journey that stands there now, for the one that
 * was on the page may be gone.
 */
export function useJourneyEdits(onJourney?: (id: number) => void): JourneyEdits {
  const tell = (journeys: readonly Pick<Journey, 'id'>[]) => {
    const [first] = journeys;
    if (first) onJourney?.(first.id);
  };
  const undo = useAction(routes.undoJourneyEdits, {
    refetch: journeyViews,
    onSuccess: ({ journeys }) => {
      toast(t('takenBack'));
      tell(journeys);
    },
    onError: failed(t('notTakenBack')),
  });
  const takeBack = (id: number) => undo.mutate({ params: { id } });
  const split = useAction(routes.splitJourney, {
    refetch: journeyViews,
    onSuccess: ({ journeys }) => {
      const [first] = journeys;
      if (first) undoToast(t('isTwo'), () => takeBack(first.id));
      tell(journeys);
    },
    onError: failed(t('notSplit')),
  });
  const merge = useAction(routes.mergeJourneys, {
    refetch: journeyViews,
    onSuccess: (journey) => {
      undoToast(t('isOne'), () => takeBack(journey.id));
      tell([journey]);
    },
    onError: failed(t('notMerged')),
  });
  return {
    split: ({ id }, at) => split.mutate({ params: { id }, body: { at: Math.round(at) } }),
    merge: (journeyIds) => merge.mutate({ body: { journeyIds } }),
    undo: takeBack,
    isBusy: split.isPending || merge.isPending || undo.isPending,
  };
}
