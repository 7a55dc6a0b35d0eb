import { ActionIcon, Kbd, TextInput } from '@mantine/core';
import { IconCalendar } from '@tabler/icons-react';
import { useEffect, useId, useRef, type RefObject } from 'react';
import { localToday } from '../format.ts';
import { takeGoToWish } from '../ui/go-to-wish.ts';
import { InHeader } from '../ui/header-slot.tsx';
import { useKeys } from '../ui/keys.ts';
import { GoToChoices } from './go-to-choices.tsx';
import classes from './go-to.module.css';
import type { GoToOption } from './go-to-plan.ts';
import { t } from './texts.ts';
import { useGoToField } from './use-go-to-field.ts';
import { useGoTo } from './use-go-to.ts';

interface GoToFieldProps {
  /** The day in view: a time by itself is one of this day. */
  day?: string | undefined;
  /** Brings a month or a year into view, where the archive itself is shown. */
  onGo?: (at: string) => void;
}

/** Goes to a time or a place: typed as people say it, chosen among what it can mean, or picked from the browser's calendar. */
export function GoToField(props: GoToFieldProps) {
  return (
    <InHeader>
      <Field {...props} />
    </InHeader>
  );
}

function Field({ day, onGo }: GoToFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const goTo = useGoTo(onGo);
  const field = useGoToField({ day, onChoose: goTo, onLeave: () => input.current?.blur() });
  useAtHand(input);
  const { text, options, at, isOpen, isWrong } = field;
  const hasList = isOpen && options.length > 0;
  return (
    <search className={classes.form}>
      <TextInput
        ref={input}
        className={classes.input}
        data-go-to
        {...comboOf(listId, hasList ? at : null)}
        aria-label={t('goToLabel')}
        placeholder={t('goToExample')}
        value={text}
        autoComplete="off"
        spellCheck={false}
        enterKeyHint="go"
        leftSection={<DatePick onPick={(picked) => goTo(dayOption(picked))} />}
        rightSection={text ? null : <Kbd className={classes.key}>/</Kbd>}
        onChange={(event) => field.type(event.currentTarget.value)}
        onFocus={() => field.open(true)}
        onBlur={() => field.open(false)}
        onKeyDown={field.press}
      />
      <GoToChoices
        id={listId}
        options={hasList ? options : []}
        at={at}
        isWrong={isOpen && isWrong}
        onPoint={field.point}
        onChoose={field.choose}
      />
    </search>
  );
}

/** What the field says of itself to screen readers; `at`: the choice that Enter takes. */
const comboOf = (listId: string, at: number | null) => ({
  role: 'combobox',
  'aria-expanded': at !== null,
  'aria-controls': listId,
  'aria-autocomplete': 'list' as const,
  'aria-activedescendant': at === null ? undefined : `${listId}-${at}`,
});

/** `/` leads into it, and whoever came for it. */
function useAtHand(input: RefObject<HTMLInputElement | null>): void {
  useKeys({ '/': () => input.current?.focus() });
  useEffect(() => {
    if (takeGoToWish()) input.current?.focus();
  }, [input]);
}

const dayOption = (day: string): GoToOption => ({
  kind: 'when',
  key: day,
  when: { kind: 'day', day },
  title: day,
  note: null,
});

/** The browser's own calendar, opened by a button; its field itself stays out of sight. */
function DatePick({ onPick }: { onPick: (day: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('pickDate')}
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
