import { NativeSelect, NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { KeyboardEvent } from 'react';
import { OrderControl } from './order-control.tsx';
import {
  choiceLabel,
  textIn,
  type FieldControl,
  type SettingField,
  type SettingValue,
} from './settings-fields.ts';
import classes from './setting-control.module.css';
import type { Typed } from './setting-mistake.ts';
import { t } from './texts.ts';

export interface SettingControlProps {
  id: string;
  labelledBy: string;
  describedBy: string;
  field: SettingField;
  value: SettingValue;
  /** What stands in its field, where one types. */
  typed: Typed;
  error: string | null;
  isDisabled: boolean;
  onSave: (value: SettingValue) => void;
  onType: (typed: Typed) => void;
  /** Typing is over: it is saved when it makes sense. */
  onCommit: () => void;
  onDiscard: () => void;
}

/** The control that fits a setting's schema. */
export function SettingControl(props: SettingControlProps) {
  const { control } = props.field;
  if (control.type === 'switch') return <SwitchControl {...props} />;
  if (control.type === 'choice') return <ChoiceControl {...props} control={control} />;
  if (control.type === 'order') return <OrderControl {...props} />;
  if (control.type === 'rules') return <RulesControl {...props} />;
  if (control.type === 'text') return <TextControl {...props} />;
  return <NumberControl {...props} control={control} />;
}

function SwitchControl({ id, describedBy, value, error, isDisabled, onSave }: SettingControlProps) {
  return (
    <Switch
      id={id}
      size="md"
      aria-describedby={describedBy}
      checked={value === true}
      disabled={isDisabled}
      error={error}
      onChange={(event) => onSave(event.currentTarget.checked)}
    />
  );
}

type NumberControlProps = SettingControlProps & { control: Extract<FieldControl, { type: 'number' }> };

function NumberControl(props: NumberControlProps) {
  const { id, describedBy, field, typed, error, isDisabled, onType, onCommit, control } = props;
  return (
    <NumberInput
      id={id}
      className={classes.number ?? ''}
      aria-describedby={describedBy}
      value={typed}
      error={error}
      disabled={isDisabled}
      // What is out of range is told, not changed behind the reader's back.
      clampBehavior="none"
      {...(control.min !== null && { min: control.min })}
      {...(control.max !== null && { max: control.max })}
      allowDecimal={!control.isWhole}
      suffix={field.unit ? ` ${field.unit}` : ''}
      onChange={(next) => next !== typed && onType(next)}
      onBlur={onCommit}
      onKeyDown={(event) => typingKey(event, props)}
    />
  );
}

/** Enter saves, Escape puts back what is in force. */
function typingKey(
  { key }: KeyboardEvent,
  { onCommit, onDiscard }: Pick<SettingControlProps, 'onCommit' | 'onDiscard'>,
): void {
  if (key === 'Enter') onCommit();
  if (key === 'Escape') onDiscard();
}

/** Rules are changed where it is seen what they would delete. */
function RulesControl({ describedBy, value }: SettingControlProps) {
  const count = Array.isArray(value) ? value.length : 0;
  return (
    <p aria-describedby={describedBy}>
      {count === 0 ? t('rulesNone') : count === 1 ? t('rulesOne') : t('rulesMany', { count })}{' '}
      <Link to="/storage">{t('changeRules')}</Link>
    </p>
  );
}

function TextControl(props: SettingControlProps) {
  const { id, describedBy, typed, error, isDisabled, onType, onCommit } = props;
  return (
    <TextInput
      id={id}
      aria-describedby={describedBy}
      value={String(typed)}
      error={error}
      disabled={isDisabled}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      onChange={(event) => onType(event.currentTarget.value)}
      onBlur={onCommit}
      onKeyDown={(event) => typingKey(event, props)}
    />
  );
}

type ChoiceControlProps = SettingControlProps & { control: Extract<FieldControl, { type: 'choice' }> };

function ChoiceControl(props: ChoiceControlProps) {
  const { id, labelledBy, describedBy, value, error, onSave, control } = props;
  const data = control.options.map((option) => ({ value: option, label: choiceLabel(option) }));
  if (data.length > 5) {
    return (
      <NativeSelect
        id={id}
        aria-describedby={describedBy}
        data={data}
        value={textIn(value)}
        error={error}
        onChange={(event) => onSave(event.currentTarget.value)}
      />
    );
  }
  return (
    <>
      <SegmentedControl
        id={id}
        aria-labelledby={labelledBy}
        aria-describedby={describedBy}
        fullWidth
        data={data}
        value={textIn(value)}
        onChange={onSave}
      />
      {error && <p className={classes.error}>{error}</p>}
    </>
  );
}
