import { Badge, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconCheck, IconLock } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';
import type { SettingKey } from '../../shared/settings.ts';
import { SettingControl } from './setting-control.tsx';
import classes from './setting-row.module.css';
import {
  cautionOf,
  choiceLabel,
  valueWords,
  type SettingField,
  type SettingValue,
} from './settings-fields.ts';
import { t } from './texts.ts';
import { useNoteUnsaved } from './unsaved.ts';
import { useSetting } from './use-setting.ts';

interface SettingRowProps {
  field: SettingField;
  value: SettingValue;
  /** Differs from the default. */
  isChanged: boolean;
  /** It has no effect as the other settings are. */
  isDisabled: boolean;
  /** Its value counts from the next start on. */
  awaitsRestart: boolean;
  /** The variable of the environment that decides it, and its value there. */
  environment: { variable: string; value: string } | null;
}

/** What a person may want to do once a setting is another one. */
const followUps: Partial<Record<SettingKey, () => ReactNode>> = {
  layout: () => (
    <Link to="/storage" search={{ view: 'folders' }}>
      {t('moveClips')}
    </Link>
  ),
  importFolder: () => <Link to="/import">{t('lookInFolder')}</Link>,
};

/** One setting: what it is, what it does, its control; saved at once, with a way back. */
export function SettingRow(props: SettingRowProps) {
  const { field, value, isDisabled, awaitsRestart, environment } = props;
  const id = useId();
  const setting = useSetting(field, value);
  useNoteUnsaved(field.key, field.title, setting.isUnsaved);
  const caution = cautionOf(field, value);
  return (
    <div className={classes.row}>
      <div className={classes.words}>
        <SettingTitle field={field} id={id} isPlain={environment !== null} />
        {awaitsRestart && (
          <Badge className={classes.badge ?? ''} variant="light" color="yellow" tt="none">
            {t('nextStartTag')}
          </Badge>
        )}
        <p className={classes.help} id={`${id}-help`}>
          {field.help}
        </p>
        {caution !== null && <p className={classes.caution}>{caution}</p>}
      </div>
      {environment ? (
        <FromEnvironment field={field} {...environment} />
      ) : (
        <div className={classes.control}>
          <SettingControl
            id={`${id}-control`}
            describedBy={`${id}-help`}
            labelledBy={`${id}-title`}
            field={field}
            value={setting.shown}
            typed={setting.typed}
            error={setting.error}
            isDisabled={isDisabled}
            onSave={setting.save}
            onType={setting.type}
            onCommit={setting.commit}
            onDiscard={setting.discard}
          />
          <Feedback {...props} setting={setting} />
        </div>
      )}
    </div>
  );
}

type FeedbackProps = SettingRowProps & { setting: ReturnType<typeof useSetting> };

/** What became of a change, and the ways back. */
function Feedback({ field, isChanged, awaitsRestart, setting }: FeedbackProps) {
  const { isSaving, isUnsaved, isSaved } = setting;
  return (
    <p className={classes.feedback} aria-live="polite">
      {isSaving && t('saving')}
      {isUnsaved && (
        <>
          <span className={classes.unsaved}>{t('notSaved')}</span>
          <LinkButton onClick={setting.discard}>{t('discard')}</LinkButton>
        </>
      )}
      {isSaved && <Saved field={field} awaitsRestart={awaitsRestart} undo={setting.undo} />}
      {isChanged && !isSaving && !isUnsaved && (
        <LinkButton onClick={() => setting.save(null)}>
          {t('toDefault', { value: valueWords(field, field.defaultValue) })}
        </LinkButton>
      )}
    </p>
  );
}

interface SavedProps {
  field: SettingField;
  awaitsRestart: boolean;
  undo: (() => void) | null;
}

function Saved({ field, awaitsRestart, undo }: SavedProps) {
  return (
    <>
      <span className={classes.saved}>
        <IconCheck size={15} stroke={2.2} aria-hidden />
        {t('saved')}
      </span>
      {awaitsRestart && <span>{t('nextStart')}</span>}
      {followUps[field.key]?.()}
      {undo && <LinkButton onClick={undo}>{t('undo')}</LinkButton>}
    </>
  );
}

interface FromEnvironmentProps {
  field: SettingField;
  variable: string;
  value: string;
}

/** Decided where the program is started. */
function FromEnvironment({ field, variable, value }: FromEnvironmentProps) {
  return (
    <div className={classes.control}>
      <p className={classes.fixed}>{field.control.type === 'choice' ? choiceLabel(value) : value}</p>
      <p className={classes.feedback}>
        <span className={classes.environment}>
          <IconLock size={15} stroke={1.8} aria-hidden />
          {t('byEnvironment', { variable })}
        </span>
        <span>{t('byEnvironmentHelp')}</span>
      </p>
    </div>
  );
}

/** Names one control; what has several controls, or none, has the name as plain words. */
function SettingTitle({ field, id, isPlain }: { field: SettingField; id: string; isPlain: boolean }) {
  if (isPlain || field.control.type === 'order' || field.control.type === 'rules') {
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
