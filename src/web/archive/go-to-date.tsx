import { ActionIcon, Kbd, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { IconCalendar } from '@tabler/icons-react';
import { useRef, useState, type FormEvent } from 'react';
import { formatDay, localToday } from '../format.ts';
import { useKeys } from '../ui/keys.ts';
import { parseDateWords } from './date-words.ts';
import classes from './go-to-date.module.css';

/** Jumps to a day: typed as people write dates, or picked from the browser's own calendar. */
export function GoToDate() {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => input.current?.focus() });
  const day = parseDateWords(text, { today: localToday() });
  const go = (to: string) => void navigate({ to: '/archive/$day', params: { day: to } });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (day) go(day);
    else setWrong(text.trim() !== '');
  };
  return (
    <search className={classes.form}>
      <form onSubmit={submit}>
        <TextInput
          ref={input}
          className={classes.input}
          aria-label="Go to a date"
          placeholder="Go to a date: 3 Sep"
          value={text}
          autoComplete="off"
          enterKeyHint="go"
          leftSection={<DatePick onPick={go} />}
          rightSection={text ? null : <Kbd className={classes.key}>/</Kbd>}
          error={isWrong ? 'That is not a date: try 3 Sep, 2026-09-03 or yesterday' : null}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setWrong(false);
          }}
          onKeyDown={(event) => event.key === 'Escape' && input.current?.blur()}
        />
        <p className={classes.hint} aria-live="polite">
          {day && `Enter opens ${formatDay(day)}`}
        </p>
      </form>
    </search>
  );
}

/** The browser's own calendar, opened by a button; its field itself stays out of sight. */
function DatePick({ onPick }: { onPick: (day: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label="Pick a date from a calendar"
        onClick={() => field.current?.showPicker()}
      >
        <IconCalendar size={18} stroke={1.7} />
      </ActionIcon>
      <input
        ref={field}
        className={classes.native}
        type="date"
        tabIndex={-1}
        aria-hidden
        max={localToday()}
        onChange={(event) => event.currentTarget.value && onPick(event.currentTarget.value)}
      />
    </>
  );
}
