import { Checkbox, SegmentedControl } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { retentionUnits } from '../../shared/settings.ts';
import { Panel } from '../ui/panel.tsx';
import { AmountInput } from './amount-input.tsx';
import type { DraftErrors, DraftKey, RuleSettings } from './draft-plan.ts';
import { OwnRules } from './own-rules.tsx';
import classes from './rules.module.css';
import { limitLines, type LimitKey, type LimitLine } from './rules-plan.ts';
import { TermInput } from './term-input.tsx';
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
    <Panel title="Rules">
      <Group title="By age">
        <Line
          error={fields.retentionDays}
          help="The time counts from the recording. Older ones go to the trash first."
        >
          {(described) => (
            <>
              <span>Keep recordings</span>
              <TermInput
                what="Keep recordings"
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
      <Group title="For want of room">
        {limitLines.room.map((line) => (
          <Limit key={line.key} line={line} rules={rules} error={fields[line.key]} onChange={onChange} />
        ))}
      </Group>
      <Group title="What is spared">
        <Line>
          {() => (
            <Checkbox
              label="Never delete locked clips"
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
      <Group title="How it goes">
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
  const { key, before, unit, help, usual } = line;
  const value = rules[key];
  const isOn = usual === null || value > 0;
  return (
    <Line error={error} help={help}>
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
              unit={unit}
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

const wholeWords = { captures: 'Each moment', drives: 'Whole drives' } as const;

function Whole({ value, onChange }: { value: RuleSettings['retentionWhole']; onChange: ChangeSetting }) {
  return (
    <Line help="The channels of one moment always go together. A drive goes once its last moment is due, and stays whole while any of it is spared.">
      {() => (
        <>
          <span>Delete together</span>
          <SegmentedControl
            aria-label="Delete together"
            data={retentionUnits.map((unit) => ({ value: unit, label: wholeWords[unit] }))}
            value={value}
            onChange={(unit) => onChange('retentionWhole', unit)}
          />
        </>
      )}
    </Line>
  );
}
