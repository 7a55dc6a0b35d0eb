import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { Journey } from '../../shared/journeys.ts';
import classes from './journey-name.module.css';
import { journeyTitle } from './journey-words.ts';
import { t } from './texts.ts';
import { textOrNull, useAbout } from './use-about.ts';

/** The name in large; pressed, a field to give it another. */
export function JourneyName({ journey }: { journey: Journey }) {
  const [isEditing, { open, close }] = useDisclosure(false);
  const [text, setText] = useState(journey.name ?? '');
  const { save } = useAbout(journey);
  if (!isEditing) {
    return (
      <div className={classes.line}>
        <h2 className={classes.title}>{journeyTitle(journey)}</h2>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={t('rename')} onClick={open}>
          <IconPencil size={18} aria-hidden />
        </ActionIcon>
      </div>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const name = textOrNull(text);
    if (name !== journey.name) save({ name });
    close();
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        className={classes.input ?? ''}
        aria-label={t('nameOf')}
        placeholder={journeyTitle({ ...journey, name: null })}
        value={text}
        maxLength={200}
        ref={focused}
        autoComplete="off"
        enterKeyHint="done"
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && close()}
      />
      <Button type="submit">{t('save')}</Button>
    </form>
  );
}

/** Whoever pressed the pencil wants to type. */
function focused(input: HTMLInputElement | null): void {
  input?.select();
}
