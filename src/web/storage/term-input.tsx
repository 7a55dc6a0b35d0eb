import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { AmountInput } from './amount-input.tsx';
import classes from './rules.module.css';
import { t } from './texts.ts';

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
        aria-label={t('howLong', { what })}
        data={[
          { value: 'ever', label: t('forEver') },
          { value: 'days', label: t('forDays') },
        ]}
        value={days === 0 ? 'ever' : 'days'}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      {days !== 0 && (
        <AmountInput
          of="retentionDays"
          label={t('forSoManyDays', { what })}
          unit={t('unitDays', { count: days })}
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
