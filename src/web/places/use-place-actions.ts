import type { Place, PlaceInput } from '../../shared/places.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { failed, toast } from '../ui/toasts.ts';
import { undoToast } from '../ui/undo-toast.tsx';
import { draftOf, inputOf, type PlaceDraft } from './place-draft.ts';
import { t } from './texts.ts';

const refetch = [routes.listPlaces];

/** Saving and forgetting of places. */
export function usePlaceActions(onSaved: () => void) {
  const saved = (place: Place) => {
    toast(t('saved', { name: place.name }));
    onSaved();
  };
  const add = useAction(routes.addPlace, { refetch, onSuccess: saved });
  const change = useAction(routes.updatePlace, { refetch, onSuccess: saved });
  const bringBack = useAction(routes.addPlace, {
    refetch,
    onError: failed(t('notBack')),
  });
  const remove = useAction(routes.removePlace, {
    refetch,
    onError: failed(t('notForgotten')),
  });
  return {
    error: add.error ?? change.error,
    isSaving: add.isPending || change.isPending,
    save: (draft: PlaceDraft) => {
      const body: PlaceInput = inputOf(draft);
      add.reset();
      change.reset();
      if (draft.id === null) add.mutate({ body });
      else change.mutate({ params: { id: draft.id }, body });
    },
    forget: (place: Place) =>
      remove.mutate(
        { params: { id: place.id } },
        {
          onSuccess: () => {
            onSaved();
            undoToast(t('forgotten', { name: place.name }), () =>
              bringBack.mutate({ body: inputOf(draftOf(place)) }),
            );
          },
        },
      ),
    reset: () => {
      add.reset();
      change.reset();
    },
  };
}
