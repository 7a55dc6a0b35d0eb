import { Button, CloseButton, NativeSelect } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useCallback, useEffect, useId, useRef } from 'react';
import { channels, channelSchema, clipKinds, clipKindSchema } from '../../shared/clips.ts';
import type { RetentionRule } from '../../shared/settings.ts';
import { kindWords } from '../words.ts';
import { newRule } from './draft-plan.ts';
import classes from './rules.module.css';
import { TermInput } from './term-input.tsx';
import { channelScope, scopeWords, type CameraNames } from './why-words.ts';
import { t } from './texts.ts';

interface OwnRulesProps {
  rules: readonly RetentionRule[];
  errors: ReadonlyMap<number, string>;
  /** Of the list as a whole. */
  error: string | undefined;
  names: CameraNames;
  onChange: (rules: RetentionRule[]) => void;
}

const any = '';
const most = 100;

/** The rules for some clips only, each a sentence with its choices in it. */
export function OwnRules({ rules, errors, error, names, onChange }: OwnRulesProps) {
  const id = useId();
  const { list, focusSoon } = useFocusAfterChange();
  const add = () => {
    focusSoon(rules.length);
    onChange([...rules, newRule(rules)]);
  };
  const remove = (at: number) => {
    focusSoon(Math.min(at, rules.length - 2));
    onChange(rules.filter((_, index) => index !== at));
  };
  return (
    <div className={classes.own} ref={list}>
      {rules.length > 0 && (
        <ul className={classes.rules} aria-labelledby={id}>
          {rules.map((rule, index) => (
            <RuleLine
              // oxlint-disable-next-line react/no-array-index-key -- a rule has no identity but its place
              key={index}
              rule={rule}
              names={names}
              error={errors.get(index)}
              onChange={(next) => onChange(rules.map((each, at) => (at === index ? next : each)))}
              onRemove={() => remove(index)}
            />
          ))}
        </ul>
      )}
      {error && <p className={classes.error}>{error}</p>}
      <p className={classes.help} id={id}>
        {t(rules.length > 0 ? 'ruleDecides' : 'otherTimes')}
      </p>
      <Button
        data-add
        variant="default"
        className={classes.add ?? ''}
        leftSection={<IconPlus size={17} aria-hidden />}
        disabled={rules.length >= most}
        onClick={add}
      >
        {t('addRule')}
      </Button>
    </div>
  );
}

/** After a rule was added or removed, the focus is on the one that is at its place, or on the button that adds one. */
function useFocusAfterChange() {
  const list = useRef<HTMLDivElement>(null);
  const wanted = useRef<number | null>(null);
  useEffect(() => {
    const place = wanted.current;
    wanted.current = null;
    if (place === null) return;
    const line = list.current?.querySelectorAll('[data-rule]')[place];
    const target = line ? line.querySelector('select') : list.current?.querySelector('[data-add]');
    if (target instanceof HTMLElement) target.focus();
  });
  const focusSoon = useCallback((place: number) => {
    wanted.current = place;
  }, []);
  return { list, focusSoon };
}

interface RuleLineProps {
  rule: RetentionRule;
  names: CameraNames;
  error: string | undefined;
  onChange: (rule: RetentionRule) => void;
  onRemove: () => void;
}

function RuleLine({ rule, names, error, onChange, onRemove }: RuleLineProps) {
  const id = useId();
  const scope = scopeWords(rule, names);
  return (
    <li className={classes.rule} data-rule>
      <span className={classes.scope}>
        <span className={classes.choices}>
          <ScopeInputs
            rule={rule}
            names={names}
            scope={scope}
            errorId={error ? id : undefined}
            onChange={onChange}
          />
          <TermInput
            what={t('keepScope', { scope })}
            days={rule.days}
            hasError={error !== undefined}
            describedBy={error ? id : undefined}
            onChange={(days) => onChange({ ...rule, days })}
          />
        </span>
        <CloseButton
          className={classes.remove ?? ''}
          aria-label={t('removeRule', { scope })}
          onClick={onRemove}
        />
      </span>
      {error && (
        <p className={classes.error} id={id}>
          {error}
        </p>
      )}
    </li>
  );
}

interface ScopeInputsProps {
  rule: RetentionRule;
  names: CameraNames;
  scope: string;
  errorId: string | undefined;
  onChange: (rule: RetentionRule) => void;
}

function ScopeInputs({ rule, names, scope, errorId, onChange }: ScopeInputsProps) {
  const described = errorId ? { 'aria-describedby': errorId, 'aria-invalid': true } : {};
  const cameraIds = [...new Set([...names.keys(), ...(rule.cameraId === null ? [] : [rule.cameraId])])];
  return (
    <>
      <NativeSelect
        {...described}
        className={classes.choice ?? ''}
        data-short
        aria-label={t('kindOfRule', { scope })}
        data={[
          { value: any, label: t('anyKind') },
          ...clipKinds.map((kind) => ({ value: kind, label: kindWords[kind] })),
        ]}
        value={rule.kind ?? any}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...rule, kind: value === any ? null : clipKindSchema.parse(value) })
        }
      />
      <NativeSelect
        {...described}
        className={classes.choice ?? ''}
        aria-label={t('channelOfRule', { scope })}
        data={[
          { value: any, label: t('anyChannel') },
          ...channels.map((channel) => ({ value: channel, label: channelScope[channel] })),
        ]}
        value={rule.channel ?? any}
        onChange={({ currentTarget: { value } }) =>
          onChange({ ...rule, channel: value === any ? null : channelSchema.parse(value) })
        }
      />
      {(cameraIds.length > 1 || rule.cameraId !== null) && (
        <NativeSelect
          {...described}
          className={classes.choice ?? ''}
          aria-label={t('cameraOfRule', { scope })}
          data={[
            { value: any, label: t('anyCamera') },
            ...cameraIds.map((id) => ({
              value: String(id),
              label: names.get(id) ?? t('removedCamera'),
            })),
          ]}
          value={rule.cameraId === null ? any : String(rule.cameraId)}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...rule, cameraId: value === any ? null : Number(value) })
          }
        />
      )}
    </>
  );
}
