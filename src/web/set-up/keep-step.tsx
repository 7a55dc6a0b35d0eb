import { NumberInput, Switch } from '@mantine/core';
import type { FormEvent } from 'react';
import type { StepProps } from './set-up-form.tsx';
import { keepWords } from './set-up-plan.ts';
import classes from './set-up.module.css';
import { StepButtons } from './step-buttons.tsx';
import { t } from './texts.ts';

const usualDays = 30;
const usualPercent = 90;

/** How long recordings stay, as sentences that can be switched on; by default everything stays. */
export function KeepStep({ view, setUp, onNext, onBack }: StepProps) {
  const { draft, change } = setUp;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onNext();
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <Rule
        label={t('keepDays')}
        unit={t('days')}
        value={draft.retentionDays}
        usual={usualDays}
        max={3650}
        onChange={(retentionDays) => change({ retentionDays })}
      />
      <Rule
        label={t('keepDisk')}
        unit={t('percent')}
        value={draft.retentionDiskPct}
        usual={usualPercent}
        max={99}
        onChange={(retentionDiskPct) => change({ retentionDiskPct })}
      />
      <p className={classes.sum} aria-live="polite">
        {keepWords(draft, view.rules)}
      </p>
      <p className={classes.help}>{t(view.rules.protectLocked ? 'keepHelp' : 'keepHelpNoLock')}</p>
      <StepButtons onBack={onBack} />
    </form>
  );
}

interface RuleProps {
  label: string;
  unit: string;
  /** 0: it is off. */
  value: number;
  usual: number;
  max: number;
  onChange: (value: number) => void;
}

function Rule({ label, unit, value, usual, max, onChange }: RuleProps) {
  const isOn = value > 0;
  return (
    <div className={classes.rule}>
      <Switch
        size="md"
        label={label}
        checked={isOn}
        onChange={(event) => onChange(event.currentTarget.checked ? usual : 0)}
      />
      <NumberInput
        className={classes.number ?? ''}
        aria-label={`${label}, ${unit}`}
        value={isOn ? value : usual}
        disabled={!isOn}
        min={1}
        max={max}
        clampBehavior="strict"
        allowDecimal={false}
        allowNegative={false}
        suffix={` ${unit}`}
        onChange={(typed) => typeof typed === 'number' && typed >= 1 && onChange(Math.min(max, typed))}
      />
    </div>
  );
}
