import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { localTimeAt } from '../format.ts';
import { undoToast } from '../ui/undo-toast.tsx';
import { useNow } from '../ui/use-now.ts';
import { fromField, parseSpan, previewWords, shiftedWords } from './clock-words.ts';
import classes from './shift-form.module.css';
import { t } from './texts.ts';

interface ShiftFormProps {
  cameraId: number;
  /** Names to begin with, as local times; without them, there is no bound yet. */
  range?: { fromLocal: string; toLocal: string };
  onDone: () => void;
}

/** `Shift recordings from ... to ... by ...`, with what becomes of a time in words before it is done. */
export function ShiftForm({ cameraId, range, onDone }: ShiftFormProps) {
  const [from, setFrom] = useState(range?.fromLocal ?? '');
  const [to, setTo] = useState(range?.toLocal ?? '');
  const [by, setBy] = useState('');
  const [isLater, setLater] = useState(true);
  const add = useAdd(cameraId, onDone);
  const now = useNow();
  const shiftMs = shiftOf(by, isLater);
  const [fromLocal, toLocal] = [fromField(from), fromField(to)];
  const sample = fromLocal ?? toLocal ?? localTimeAt(now - (now % 60_000), 0);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (shiftMs !== null) add.mutate({ params: { id: cameraId }, body: { fromLocal, toLocal, shiftMs } });
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <p className={classes.lead}>{t('shiftLead')}</p>
      <div className={classes.fields}>
        <StampField label={t('from')} value={from} onChange={setFrom} />
        <StampField label={t('to')} value={to} onChange={setTo} />
        <TextInput
          label={t('by')}
          placeholder={t('spanExample')}
          value={by}
          autoComplete="off"
          error={by !== '' && shiftMs === null ? t('spanWrong') : null}
          onChange={(event) => setBy(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('direction')}
          value={isLater ? 'later' : 'earlier'}
          data={[
            { value: 'later', label: t('later') },
            { value: 'earlier', label: t('earlier') },
          ]}
          onChange={(event) => setLater(event.currentTarget.value === 'later')}
        />
      </div>
      <Preview sample={sample} shiftMs={shiftMs} />
      <Refusal message={add.error?.message ?? null} />
      <div className={classes.buttons}>
        <Button type="submit" loading={add.isPending} disabled={shiftMs === null}>
          {t('shiftThem')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('cancel')}
        </Button>
      </div>
    </form>
  );
}

/** Milliseconds to add; null for what is no span of time. */
function shiftOf(by: string, isLater: boolean): number | null {
  const span = parseSpan(by);
  if (span === null) return null;
  return isLater ? span : -span;
}

function Preview({ sample, shiftMs }: { sample: string; shiftMs: number | null }) {
  return (
    <p className={classes.preview} aria-live="polite">
      {shiftMs === null ? t('sayByHowMuch') : previewWords(sample, shiftMs)}
    </p>
  );
}

function Refusal({ message }: { message: string | null }) {
  if (message === null) return null;
  return (
    <p className={classes.error} role="alert">
      {message}
    </p>
  );
}

interface StampFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

function StampField({ label, value, onChange }: StampFieldProps) {
  return (
    <TextInput
      type="datetime-local"
      step={1}
      label={label}
      description={value === '' ? t('noBound') : undefined}
      inputWrapperOrder={['label', 'input', 'description']}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** Adds a shift, with a way back: the newest one is what was added. */
function useAdd(cameraId: number, onDone: () => void) {
  const refetch = [routes.getCameraClock];
  const remove = useAction(routes.removeClockShift, { refetch });
  return useAction(routes.addClockShift, {
    refetch,
    onSuccess: ({ shifts, added }) => {
      onDone();
      const newest = shifts.toSorted((one, other) => other.id - one.id)[0];
      if (newest) {
        undoToast(shiftedWords(added), () => remove.mutate({ params: { id: cameraId, shiftId: newest.id } }));
      }
    },
  });
}
