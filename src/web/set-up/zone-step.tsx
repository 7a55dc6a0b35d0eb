import { TextInput } from '@mantine/core';
import { useId, useMemo, useState, type FormEvent } from 'react';
import { formatLocalTime, localTimeIn } from '../format.ts';
import { useNow } from '../ui/use-now.ts';
import type { StepProps } from './set-up-form.tsx';
import { browserZone, isZoneName } from './set-up-plan.ts';
import classes from './set-up.module.css';
import { StepButtons } from './step-buttons.tsx';
import { t } from './texts.ts';

/** The zone of the camera's clock, with what time it is there: the surest way to see that it is right. */
export function ZoneStep({ view, setUp, onNext, onBack }: StepProps) {
  const { draft, change } = setUp;
  const [typed, setTyped] = useState(draft.zone);
  const [problem, setProblem] = useState<string | null>(null);
  const listId = useId();
  const now = useNow();
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), []);
  const [ofBrowser] = useState(browserZone);
  const isGood = isZoneName(typed);
  const choose = (zone: string) => {
    setTyped(zone);
    setProblem(null);
    if (isZoneName(zone)) change({ zone: zone.trim() });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isGood) onNext();
    else setProblem(t('zoneWrong'));
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <p className={classes.help}>{t('zoneHelp')}</p>
      <TextInput
        label={t('zone')}
        description={t('zoneField')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={typed}
        error={problem}
        errorProps={{ role: 'alert' }}
        list={listId}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <datalist id={listId}>
        {zones.map((zone) => (
          <option key={zone} value={zone}>
            {zone}
          </option>
        ))}
      </datalist>
      <p className={`${classes.sum} ${classes.now}`} aria-live="polite">
        {isGood && t('zoneNow', { time: formatLocalTime(localTimeIn(now, typed.trim())) })}
      </p>
      {view.zone.isGiven && <p className={classes.help}>{t('zoneGiven', { zone: view.zone.name })}</p>}
      {typed !== ofBrowser && (
        <button type="button" className={classes.link} onClick={() => choose(ofBrowser)}>
          {t('zoneBrowser', { zone: ofBrowser })}
        </button>
      )}
      <StepButtons onBack={onBack} />
    </form>
  );
}
