import { Checkbox, SegmentedControl } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { retentionUnits } from '../../shared/settings.ts';
import { wordsOf } from '../text/text.ts';
import { Panel } from '../ui/panel.tsx';
import { AmountInput } from './amount-input.tsx';
import type { DraftErrors, DraftKey, RuleSettings } from './draft-plan.ts';
import { OwnRules } from './own-rules.tsx';
import classes from './rules.module.css';
import { limitLines, type LimitKey, type LimitLine } from './rules-plan.ts';
import { TermInput } from './term-input.tsx';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';
import type { CameraNames } from './why-words.ts';

export type ChangeSetting = <K extends DraftKey>(key: K, value: RuleSettings[K]) => void;

interface RulesPanelProps {
  /** As they would be with the draft saved. */
  rules: RuleSettings;
  errors: DraftErrors;
  names: CameraNames;
  onChange: ChangeSetting;
}

/** The rules as sentences, each with its controls in it. */
export function RulesPanel({ rules, errors, names, onChange }: RulesPanelProps) {
  const { fields } = errors;
  return (
    <Panel title={t('rules')}>
      <Group title={t('byAge')}>
        <Line error={fields.retentionDays} help={t('byAgeHelp')}>
          {(described) => (
            <>
              <span>{t('keepRecordings')}</span>
              <TermInput
                what={t('keepRecordings')}
                days={rules.retentionDays}
                hasError={fields.retentionDays !== undefined}
                describedBy={described}
                onChange={(days) => onChange('retentionDays', days)}
              />
            </>
          )}
        </Line>
        <OwnRules
          rules={rules.retentionRules}
          errors={errors.rules}
          error={fields.retentionRules}
          names={names}
          onChange={(next) => onChange('retentionRules', next)}
        />
      </Group>
      <Group title={t('forRoom')}>
        {limitLines.room.map((line) => (
          <Limit key={line.key} line={line} rules={rules} error={fields[line.key]} onChange={onChange} />
        ))}
      </Group>
      <Group title={t('spared')}>
        <Line>
          {() => (
            <Checkbox
              label={t('neverLocked')}
              checked={rules.protectLocked}
              onChange={(event) => onChange('protectLocked', event.currentTarget.checked)}
            />
          )}
        </Line>
        {limitLines.spared.map((line) => (
          <Limit key={line.key} line={line} rules={rules} error={fields[line.key]} onChange={onChange} />
        ))}
        <Whole value={rules.retentionWhole} onChange={onChange} />
      </Group>
      <Group title={t('howItGoes')}>
        {limitLines.way.map((line) => (
          <Limit key={line.key} line={line} rules={rules} error={fields[line.key]} onChange={onChange} />
        ))}
      </Group>
    </Panel>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.group}>
      <h3 className={classes.title}>{title}</h3>
      {children}
    </section>
  );
}

interface LineProps {
  error?: string | undefined;
  help?: string;
  /** Given the id of what describes the controls. */
  children: (describedBy: string | undefined) => ReactNode;
}

function Line({ error, help, children }: LineProps) {
  const id = useId();
  return (
    <div className={classes.line}>
      <div className={classes.sentence}>{children(error || help ? id : undefined)}</div>
      <div id={id}>
        {error && <p className={classes.error}>{error}</p>}
        {help && <p className={classes.help}>{help}</p>}
      </div>
    </div>
  );
}

interface LimitProps {
  line: LimitLine;
  rules: RuleSettings;
  error: string | undefined;
  onChange: (key: LimitKey, value: number) => void;
}

/** A rule with one number: a box turns it on with a sensible number, and off. */
function Limit({ line, rules, error, onChange }: LimitProps) {
  const { key, unit, help, usual } = line;
  const before = t(line.before);
  const value = rules[key];
  const isOn = usual === null || value > 0;
  return (
    <Line error={error} help={t(help)}>
      {(described) => (
        <>
          {usual === null ? (
            <span>{before}</span>
          ) : (
            <Checkbox
              label={before}
              checked={isOn}
              aria-describedby={described}
              onChange={() => onChange(key, isOn ? 0 : usual)}
            />
          )}
          {isOn && (
            <AmountInput
              of={key}
              label={before}
              unit={t(unit, { count: value })}
              {...(usual !== null && { min: line.least ?? 1 })}
              value={value}
              describedBy={described}
              hasError={error !== undefined}
              onChange={(next) => onChange(key, next)}
            />
          )}
        </>
      )}
    </Line>
  );
}

const wholeWords = wordsOf<typeof en, RuleSettings['retentionWhole']>(t, {
  captures: 'eachMoment',
  drives: 'wholeDrives',
});

function Whole({ value, onChange }: { value: RuleSettings['retentionWhole']; onChange: ChangeSetting }) {
  return (
    <Line help={t('wholeHelp')}>
      {() => (
        <>
          <span>{t('deleteTogether')}</span>
          <SegmentedControl
            aria-label={t('deleteTogether')}
            data={retentionUnits.map((unit) => ({ value: unit, label: wholeWords[unit] }))}
            value={value}
            onChange={(unit) => onChange('retentionWhole', unit)}
          />
        </>
      )}
    </Line>
  );
}
