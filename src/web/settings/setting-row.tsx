import { UnstyledButton } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconCheck } from '@tabler/icons-react';
import { useId, useState, type ReactNode } from 'react';
import type { RouteResponse } from '../../shared/route.ts';
import { routes } from '../../shared/routes.ts';
import { keyOf, useAction } from '../api.ts';
import { fieldErrors } from '../field-errors.ts';
import { SettingControl } from './setting-control.tsx';
import classes from './setting-row.module.css';
import {
  cautionOf,
  isSameValue,
  valueWords,
  type SettingField,
  type SettingValue,
} from './settings-fields.ts';

type Answer = RouteResponse<typeof routes.getSettings>;

interface SettingRowProps {
  field: SettingField;
  value: SettingValue;
  /** Differs from the default. */
  isChanged: boolean;
  /** It has no effect as the other settings are. */
  isDisabled: boolean;
}

/** One setting: what it is, what it does, its control; saved at once, with a way back. */
export function SettingRow({ field, value, isChanged, isDisabled }: SettingRowProps) {
  const id = useId();
  const setting = useSetting(field, value);
  const caution = cautionOf(field, value);
  return (
    <div className={classes.row}>
      <div className={classes.words}>
        <SettingTitle field={field} id={id} />
        <p className={classes.help} id={`${id}-help`}>
          {field.help}
        </p>
        {caution !== null && <p className={classes.caution}>{caution}</p>}
      </div>
      <div className={classes.control}>
        <SettingControl
          id={`${id}-control`}
          describedBy={`${id}-help`}
          labelledBy={`${id}-title`}
          field={field}
          value={setting.shown}
          error={setting.error}
          isDisabled={isDisabled}
          onSave={setting.save}
        />
        <p className={classes.feedback} aria-live="polite">
          {setting.isSaving && 'Saving'}
          {setting.isSaved && (
            <span className={classes.saved}>
              <IconCheck size={15} stroke={2.2} aria-hidden />
              Saved
            </span>
          )}
          {setting.isSaved && field.restart && <span>Takes effect at the next start</span>}
          {setting.undo && <LinkButton onClick={setting.undo}>Undo</LinkButton>}
          {isChanged && !setting.isSaving && (
            <LinkButton onClick={() => setting.save(null)}>
              Back to default ({valueWords(field, field.defaultValue)})
            </LinkButton>
          )}
        </p>
      </div>
    </div>
  );
}

/** Names one control; what has several controls, or none, has the name as plain words. */
function SettingTitle({ field, id }: { field: SettingField; id: string }) {
  if (field.control.type === 'order' || field.control.type === 'rules') {
    return (
      <p className={classes.title} id={`${id}-title`}>
        {field.title}
      </p>
    );
  }
  return (
    <label className={classes.title} id={`${id}-title`} htmlFor={`${id}-control`}>
      {field.title}
    </label>
  );
}

function LinkButton({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <UnstyledButton className={classes.link} onClick={onClick}>
      {children}
    </UnstyledButton>
  );
}

function useSetting(field: SettingField, value: SettingValue) {
  const client = useQueryClient();
  const [before, setBefore] = useState<SettingValue | null>(null);
  const [wanted, setWanted] = useState<SettingValue | null>(null);
  const update = useAction(routes.updateSettings, {
    refetch: [routes.getSettings],
    onSuccess: (answer) => client.setQueriesData<Answer>({ queryKey: keyOf(routes.getSettings) }, answer),
  });
  const save = (next: SettingValue | null) => {
    if (isSameValue(next, value)) return;
    setBefore(value);
    setWanted(next ?? field.defaultValue);
    update.mutate({ body: { [field.key]: next } });
  };
  const errors = fieldErrors(update.error, [field.key]);
  const undoTo = before;
  const isTyped = field.control.type === 'number' || field.control.type === 'text';
  return {
    // A number or text keeps what was typed by itself, also after a refusal.
    shown: update.isPending && wanted !== null && !isTyped ? wanted : value,
    save,
    error: errors.fields[field.key] ?? errors.rest,
    isSaving: update.isPending,
    isSaved: update.isSuccess,
    undo: update.isSuccess && undoTo !== null && !isSameValue(undoTo, value) ? () => save(undoTo) : null,
  };
}
