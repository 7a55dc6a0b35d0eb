import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import classes from './amount-input.module.css';
import { boundsOf, type DraftKey } from './draft-plan.ts';

interface AmountInputProps {
  /** The setting whose bounds hold. */
  of: DraftKey;
  /** The whole sentence, for whoever does not see what stands around it. */
  label: string;
  unit: string;
  value: number;
  /** Where 0 is said in another way. */
  min?: number;
  describedBy?: string | undefined;
  hasError?: boolean;
  isDisabled?: boolean;
  onChange: (value: number) => void;
}

/** A number within a sentence, told as it is typed; left empty, it is what it was. */
export function AmountInput(props: AmountInputProps) {
  const { of, label, unit, value, describedBy, hasError = false, isDisabled = false, onChange } = props;
  const bounds = boundsOf(of);
  const min = props.min ?? bounds?.min ?? 0;
  const [typed, setTyped] = useState<number | string>(value);
  // What is being typed is the field's own, until another value is set from elsewhere.
  const [inForce, setInForce] = useState(value);
  if (inForce !== value) {
    setInForce(value);
    if (typed !== value) setTyped(value);
  }
  const change = (next: number | string) => {
    setTyped(next);
    // Below the least it is only begun; what is left so is set to the least.
    if (typeof next !== 'number' || next < min) return;
    setInForce(next);
    onChange(next);
  };
  return (
    <NumberInput
      className={classes.amount ?? ''}
      aria-label={label}
      {...(describedBy && { 'aria-describedby': describedBy })}
      value={typed}
      min={min}
      {...(bounds && { max: bounds.max })}
      allowDecimal={!bounds?.isWhole}
      allowNegative={false}
      suffix={` ${unit}`}
      error={hasError}
      disabled={isDisabled}
      onChange={change}
      onBlur={() => typeof typed !== 'number' && setTyped(value)}
    />
  );
}
