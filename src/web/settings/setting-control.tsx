import { NativeSelect, NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { OrderControl } from './order-control.tsx';
import {
  choiceLabel,
  textIn,
  type FieldControl,
  type SettingField,
  type SettingValue,
} from './settings-fields.ts';
import classes from './setting-control.module.css';

export interface SettingControlProps {
  id: string;
  labelledBy: string;
  describedBy: string;
  field: SettingField;
  value: SettingValue;
  error: string | null;
  isDisabled: boolean;
  onSave: (value: SettingValue) => void;
}

/** The control that fits a setting's schema. */
export function SettingControl(props: SettingControlProps) {
  const { control } = props.field;
  if (control.type === 'switch') return <SwitchControl {...props} />;
  if (control.type === 'choice') return <ChoiceControl {...props} control={control} />;
  if (control.type === 'order') return <OrderControl {...props} />;
  if (control.type === 'rules') return <RulesControl {...props} />;
  if (control.type === 'text') return <TextControl {...props} control={control} />;
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

function NumberControl({ id, describedBy, field, value, error, onSave, control }: NumberControlProps) {
  const [typed, setTyped] = useState<number | string>(typeof value === 'number' ? value : '');
  // What is being typed is the control's own, until another value is in force.
  const [inForce, setInForce] = useState(value);
  if (inForce !== value) {
    setInForce(value);
    setTyped(typeof value === 'number' ? value : '');
  }
  const commit = () => {
    if (typeof typed === 'number') onSave(typed);
    else setTyped(typeof value === 'number' ? value : '');
  };
  return (
    <NumberInput
      id={id}
      className={classes.number ?? ''}
      aria-describedby={describedBy}
      value={typed}
      error={error}
      {...(control.min !== null && { min: control.min })}
      {...(control.max !== null && { max: control.max })}
      allowDecimal={!control.isWhole}
      suffix={field.unit ? ` ${field.unit}` : ''}
      onChange={setTyped}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
    />
  );
}

/** Rules are changed where it is seen what they would delete. */
function RulesControl({ describedBy, value }: SettingControlProps) {
  const count = Array.isArray(value) ? value.length : 0;
  return (
    <p aria-describedby={describedBy}>
      {count === 0 ? 'There are none.' : count === 1 ? 'There is one.' : `There are ${count}.`}{' '}
      <Link to="/storage">Change them on the Storage page</Link>
    </p>
  );
}

type TextControlProps = SettingControlProps & { control: Extract<FieldControl, { type: 'text' }> };

function TextControl({ id, describedBy, value, error, isDisabled, onSave, control }: TextControlProps) {
  const [typed, setTyped] = useState(textIn(value));
  const [inForce, setInForce] = useState(value);
  if (inForce !== value) {
    setInForce(value);
    setTyped(textIn(value));
  }
  const commit = () => onSave(typed.trim());
  return (
    <TextInput
      id={id}
      aria-describedby={describedBy}
      value={typed}
      error={error}
      disabled={isDisabled}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      {...(control.maxLength !== null && { maxLength: control.maxLength })}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === 'Enter' && commit()}
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
