import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type Dispatch, type RefObject, type SetStateAction } from 'react';
import type { RouteResponse } from '../../shared/route.ts';
import { routes } from '../../shared/routes.ts';
import { keyOf, useAction } from '../api.ts';
import { fieldErrors } from '../field-errors.ts';
import { failed } from '../ui/toasts.ts';
import { mistakeIn, type Typed } from './setting-mistake.ts';
import { isSameValue, textIn, type SettingField, type SettingValue } from './settings-fields.ts';
import { t } from './texts.ts';

type Answer = RouteResponse<typeof routes.getSettings>;

/** One setting as its row changes it: chosen values are saved at once, typed ones when they are done and make sense. */
export function useSetting(field: SettingField, value: SettingValue) {
  const [before, setBefore] = useState<SettingValue | null>(null);
  const [wanted, setWanted] = useState<SettingValue | null>(null);
  const [typed, setTyped] = useState<Typed | null>(null);
  const update = useSaving(field, setTyped);
  const save = (next: SettingValue | null) => {
    if (isSameValue(next, value)) return;
    setBefore(value);
    setWanted(next ?? field.defaultValue);
    if (next === null) setTyped(null);
    update.mutate({ body: { [field.key]: next } });
  };
  const type = (next: Typed | null) => {
    if (!update.isIdle && !update.isPending) update.reset();
    setTyped(next);
  };
  const mistake = typed === null ? null : mistakeIn(field, typed);
  const commit = () => {
    if (typed === null || mistake !== null) return;
    const next = valueOf(field, typed);
    if (isSameValue(next, value)) setTyped(null);
    else save(next);
  };
  const errors = fieldErrors(update.error, [field.key]);
  const hasUndo = update.isSuccess && before !== null && !isSameValue(before, value);
  return {
    shown: update.isPending && wanted !== null ? wanted : value,
    typed: typed ?? fieldText(value),
    type,
    commit,
    discard: () => type(null),
    save,
    error: mistake ?? errors.fields[field.key] ?? errors.rest,
    isUnsaved: !update.isPending && isOther(field, typed, value),
    isSaving: update.isPending,
    isSaved: update.isSuccess && typed === null,
    undo: hasUndo ? () => save(before) : null,
  };
}

/** The change of one setting; what was typed is done with once it is saved, unless somebody has typed on meanwhile. */
function useSaving(field: SettingField, setTyped: Dispatch<SetStateAction<Typed | null>>) {
  const client = useQueryClient();
  const isHere = useIsHere();
  return useAction(routes.updateSettings, {
    refetch: [routes.getSettings],
    onSuccess: (answer) => {
      client.setQueriesData<Answer>({ queryKey: keyOf(routes.getSettings) }, answer);
      const saved = answer.settings[field.key];
      setTyped((now) => (now === null || isSameValue(valueOf(field, now), saved) ? null : now));
    },
    onError: (error) => {
      // Where its row is gone, nothing is lost without a word.
      if (!isHere.current) failed(t('saveFailed'))(error);
    },
  });
}

/** What stands in the field of a value. */
const fieldText = (value: SettingValue): Typed => (typeof value === 'number' ? value : textIn(value));

function isOther(field: SettingField, typed: Typed | null, value: SettingValue): boolean {
  return typed !== null && !isSameValue(valueOf(field, typed), value);
}

/** What was typed as the value that it stands for; a number that is none stays as it is. */
function valueOf({ control }: SettingField, typed: Typed): SettingValue {
  if (control.type !== 'number') return String(typed).trim();
  const text = String(typed).trim();
  return text === '' || !Number.isFinite(Number(text)) ? text : Number(text);
}

function useIsHere(): RefObject<boolean> {
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => void (isHere.current = false);
  }, []);
  return isHere;
}
