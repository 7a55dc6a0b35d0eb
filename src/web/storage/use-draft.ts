import { useQueryClient } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import type { RouteResponse } from '../../shared/route.ts';
import { routes } from '../../shared/routes.ts';
import type { Settings } from '../../shared/settings.ts';
import { keyOf, useAction } from '../api.ts';
import { fieldErrors } from '../field-errors.ts';
import { toast } from '../ui/toasts.ts';
import {
  changed,
  decisive,
  draftErrors,
  draftKeys,
  hasErrors,
  isEmpty,
  isStricter,
  unsaved,
  withDraft,
  type Draft,
  type DraftErrors,
  type DraftKey,
  type RuleSettings,
} from './draft-plan.ts';
import { t } from './texts.ts';

type Answer = RouteResponse<typeof routes.getSettings>;

const restMs = 350;

/** The rules under change: what they would be, what is wrong with them, and what to ask the preview. */
export function useDraft(settings: Settings) {
  const client = useQueryClient();
  const [typed, setTyped] = useState<Draft>({});
  const draft = unsaved(typed, settings);
  const update = useAction(routes.updateSettings, {
    refetch: [routes.getSettings, routes.getStorage, routes.getRetention, routes.getStatus],
    onSuccess: (answer) => {
      client.setQueriesData<Answer>({ queryKey: keyOf(routes.getSettings) }, answer);
      setTyped({});
      toast(t('rulesSaved'));
    },
  });
  const refusal = fieldErrors(update.error, draftKeys);
  const errors = withRefusal(draftErrors(draft), refusal.fields);
  const isWrong = hasErrors(draftErrors(draft));
  // A rest in the typing, or every key pressed would have the whole archive planned anew.
  const asked = JSON.stringify(isWrong ? null : decisive(draft));
  const [settled] = useDebouncedValue(asked, restMs);
  const rules = withDraft(settings, draft);
  return {
    rules,
    errors,
    /** What is to be tried, as it was when the typing last rested; null while it is wrong. */
    tried: parsed(settled),
    isResting: settled === asked,
    isChanged: !isEmpty(draft),
    isWrong,
    isStricter: isStricter(settings, rules),
    refusal: refusal.rest,
    isSaving: update.isPending,
    change: <K extends DraftKey>(key: K, value: RuleSettings[K]) => {
      if (update.isError) update.reset();
      setTyped((now) => changed(now, settings, key, value));
    },
    discard: () => {
      update.reset();
      setTyped({});
    },
    save: () => update.mutate({ body: draft }),
  };
}

function parsed(asked: string): ReturnType<typeof decisive> | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed from one a moment ago
  return JSON.parse(asked) as ReturnType<typeof decisive> | null;
}

function withRefusal(errors: DraftErrors, refused: Record<string, string>): DraftErrors {
  return { ...errors, fields: { ...refused, ...errors.fields } };
}
