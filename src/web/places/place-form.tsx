import { Button, NumberInput, Switch, TextInput } from '@mantine/core';
import { IconCurrentLocation, IconTrash } from '@tabler/icons-react';
import type { FormEvent, KeyboardEvent, ReactNode } from 'react';
import type { ApiError } from '../api.ts';
import { fieldErrors } from '../field-errors.ts';
import type { PlaceDraft } from './place-draft.ts';
import classes from './place-form.module.css';
import { t } from './texts.ts';

interface PlaceFormProps {
  draft: PlaceDraft;
  error: ApiError | null;
  isSaving: boolean;
  onChange: (draft: PlaceDraft) => void;
  onSave: () => void;
  onCancel: () => void;
  /** Puts the place into the middle of what the map shows. */
  onCentre: () => void;
  /** Null: there is nothing to forget yet. */
  onForget: (() => void) | null;
}

/** The catalogue has what each means, `isHome` and `isHomeMeans`. */
const effects = ['isHome', 'skipParked', 'isHidden'] as const;

/** Name, size and effects of a place. */
export function PlaceForm(props: PlaceFormProps) {
  const { draft, error, isSaving, onChange, onSave, onCancel, onForget } = props;
  const errors = fieldErrors(error, ['name', 'radiusM', 'latitude', 'longitude']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave();
  };
  return (
    <form className={classes.form} onSubmit={submit} aria-label={draft.name || t('newPlace')}>
      <TextInput
        label={t('name')}
        placeholder={t('nameSuch')}
        value={draft.name}
        maxLength={100}
        required
        withAsterisk={false}
        data-autofocus
        error={errors.fields['name']}
        onChange={(event) => onChange({ ...draft, name: event.currentTarget.value })}
      />
      <Radius {...props} error={errors.fields['radiusM']} />
      {effects.map((key) => (
        <Switch
          key={key}
          label={t(key)}
          description={t(`${key}Means`)}
          classNames={{ description: classes.means ?? '' }}
          checked={draft[key]}
          onChange={(event) => onChange({ ...draft, [key]: event.currentTarget.checked })}
        />
      ))}
      <FormError>{errors.rest}</FormError>
      <div className={classes.buttons}>
        {onForget && (
          <Button
            className={classes.forget ?? ''}
            variant="default"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={onForget}
          >
            {t('forget')}
          </Button>
        )}
        <Button variant="default" onClick={onCancel}>
          {t('cancel')}
        </Button>
        <Button type="submit" loading={isSaving}>
          {t('save')}
        </Button>
      </div>
    </form>
  );
}

function FormError({ children }: { children: ReactNode }) {
  if (!children) return null;
  return (
    <p className={classes.error} role="alert">
      {children}
    </p>
  );
}

const least = 20;
const most = 5000;
/** Small ones are told apart more finely: the way of the slider is the root of the radius. */
const toSlider = (radius: number) => Math.sqrt(radius);
const fromSlider = (value: number) => {
  const radius = value * value;
  return Math.round(radius < 200 ? radius / 5 : radius / 50) * (radius < 200 ? 5 : 50);
};

function Radius(props: Omit<PlaceFormProps, 'error'> & { error: string | undefined }) {
  const { draft, error, onChange, onCentre } = props;
  const set = (radiusM: number) => onChange({ ...draft, radiusM: Math.min(most, Math.max(least, radiusM)) });
  // Steps that are felt at every size; a finger and a mouse need none.
  const byKey = (event: KeyboardEvent) => {
    const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!steps) return;
    event.preventDefault();
    set(draft.radiusM + steps * (draft.radiusM < 200 ? 5 : 50));
  };
  return (
    <div className={classes.area}>
      <div className={classes.radius}>
        <input
          type="range"
          className={classes.slider}
          min={toSlider(least)}
          max={toSlider(most)}
          step="any"
          aria-label={t('size')}
          aria-valuetext={t('metres', { count: draft.radiusM })}
          value={toSlider(draft.radiusM)}
          onChange={(event) => set(fromSlider(event.currentTarget.valueAsNumber))}
          onKeyDown={byKey}
        />
        <NumberInput
          className={classes.metres ?? ''}
          aria-label={t('radius')}
          min={least}
          max={most}
          clampBehavior="blur"
          allowDecimal={false}
          suffix=" m"
          value={draft.radiusM}
          error={error}
          onChange={(value) => typeof value === 'number' && onChange({ ...draft, radiusM: value })}
        />
      </div>
      <div className={classes.where}>
        <p>{t('pressToMove')}</p>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconCurrentLocation size={16} aria-hidden />}
          onClick={onCentre}
        >
          {t('toMiddle')}
        </Button>
      </div>
    </div>
  );
}
