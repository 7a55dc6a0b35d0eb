import type { Journey, JourneyPatch } from '../../shared/journeys.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { failed } from '../ui/toasts.ts';
import { t } from './texts.ts';
import { journeyViews } from './use-journey-edits.ts';

/** Saves name, note or tag of a journey. */
export function useAbout({ id }: Journey): { save: (patch: JourneyPatch) => void; isSaving: boolean } {
  const update = useAction(routes.updateJourney, {
    refetch: journeyViews,
    onError: failed(t('notChanged')),
  });
  return {
    save: (body) => update.mutate({ params: { id }, body }),
    isSaving: update.isPending,
  };
}

/** What a field says: nothing when it is empty. */
export function textOrNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
