import { Button, Popover, TextInput, Tooltip } from '@mantine/core';
import { IconFlagFilled } from '@tabler/icons-react';
import { useState, type SyntheticEvent } from 'react';
import { mostMarkText, type OwnMark } from '../../../shared/own-marks.ts';
import { timeWords } from '../player-time.ts';
import type { Footage, PlayerClock } from '../player-types.ts';
import classes from './player-strip.module.css';
import { xOf, type Scale } from './strip-plan.ts';
import { t } from './texts.ts';
import type { OwnMarks } from './use-own-marks.ts';

interface StripFlagsProps {
  footage: Footage;
  clock: PlayerClock;
  own: OwnMarks;
  scale: Scale;
}

/** The moments that people marked, each a flag that leads there and is written on. */
export function StripFlags({ footage, clock, own, scale }: StripFlagsProps) {
  const seen = own.marks.filter(({ at }) => at >= scale.from && at <= scale.to);
  if (own.marks.length === 0) return null;
  return (
    <ul className={classes.flags} aria-label={t('marks')}>
      {seen.map((mark) => (
        <li key={mark.id} className={classes.place} style={{ left: xOf(scale, mark.at) }}>
          <Flag footage={footage} clock={clock} own={own} mark={mark} />
        </li>
      ))}
    </ul>
  );
}

interface FlagProps {
  footage: Footage;
  clock: PlayerClock;
  own: OwnMarks;
  mark: OwnMark;
}

function Flag({ footage, clock, own, mark }: FlagProps) {
  const isOpen = own.openId === mark.id;
  const time = timeWords(footage, mark.at);
  const words = mark.text === '' ? t('mark', { time }) : t('markNamed', { time, text: mark.text });
  return (
    <Popover
      opened={isOpen}
      onChange={(opened) => own.open(opened ? mark.id : null)}
      position="top"
      width={280}
      shadow="md"
      trapFocus
      returnFocus
    >
      <Tooltip
        label={words}
        multiline
        maw={280}
        disabled={isOpen}
        events={{ hover: true, focus: true, touch: false }}
      >
        <Popover.Target>
          <button
            type="button"
            className={classes.flag}
            aria-label={words}
            onClick={() => {
              clock.seek(mark.at);
              own.open(isOpen ? null : mark.id);
            }}
          >
            <IconFlagFilled size={16} aria-hidden />
          </button>
        </Popover.Target>
      </Tooltip>
      <Popover.Dropdown aria-label={words}>
        <MarkForm key={mark.text} own={own} mark={mark} />
      </Popover.Dropdown>
    </Popover>
  );
}

function MarkForm({ own, mark }: { own: OwnMarks; mark: OwnMark }) {
  const [text, setText] = useState(mark.text);
  const save = (event: SyntheticEvent) => {
    event.preventDefault();
    own.change(mark, text);
  };
  return (
    <form onSubmit={save} className={classes.form}>
      <TextInput
        label={t('markText')}
        description={t('markTextHelp')}
        maxLength={mostMarkText}
        autoComplete="off"
        data-autofocus
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={classes.deeds}>
        <Button type="submit" size="compact-md">
          {t('saveMark')}
        </Button>
        <Button size="compact-md" variant="subtle" color="red" onClick={() => own.remove(mark)}>
          {t('deleteMark')}
        </Button>
      </div>
    </form>
  );
}
