import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { AmountInput } from './amount-input.tsx';
import classes from './rules.module.css';

interface TermInputProps {
  /** What is kept, as the beginning of a sentence: `Keep recordings`. */
  what: string;
  days: number;
  describedBy?: string | undefined;
  hasError?: boolean;
  onChange: (days: number) => void;
}

const usualDays = 30;

/** How long: for ever (0), or for so many days. */
export function TermInput({ what, days, describedBy, hasError = false, onChange }: TermInputProps) {
  const [before, setBefore] = useState(days || usualDays);
  const choose = (choice: string) => {
    if (choice === 'days') {
      onChange(before);
    } else {
      setBefore(days || usualDays);
      onChange(0);
    }
  };
  return (
    <span className={classes.term}>
      <NativeSelect
        className={classes.length ?? ''}
        aria-label={`${what}, how long`}
        data={[
          { value: 'ever', label: 'for ever' },
          { value: 'days', label: 'for' },
        ]}
        value={days === 0 ? 'ever' : 'days'}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {days !== 0 && (
        <AmountInput
          of="retentionDays"
          label={`${what} for so many days`}
          unit={days === 1 ? 'day' : 'days'}
          min={1}
          value={days}
          describedBy={describedBy}
          hasError={hasError}
          onChange={onChange}
        />
      )}
    </span>
  );
}
