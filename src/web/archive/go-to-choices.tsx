import { IconClock, IconMapPin } from '@tabler/icons-react';
import type { MouseEvent, PointerEvent } from 'react';
import type { GoToOption } from './go-to-plan.ts';
import classes from './go-to.module.css';
import { t } from './texts.ts';

interface GoToChoicesProps {
  id: string;
  /** None while the field is closed. */
  options: readonly GoToOption[];
  /** The one that Enter takes. */
  at: number;
  /** What was typed means nothing. */
  isWrong: boolean;
  onPoint: (index: number) => void;
  onChoose: (option: GoToOption) => void;
}

/** What a typed text can mean, over the page; the focus stays in the field. */
export function GoToChoices({ id, options, at, isWrong, onPoint, onChoose }: GoToChoicesProps) {
  return (
    <>
      <div className={classes.float} data-shown={isWrong || options.length > 0 || undefined}>
        <ul id={id} className={classes.list} {...{ role: 'listbox', 'aria-label': t('goToChoices') }}>
          {options.map((option, index) => (
            <li
              key={option.key}
              id={`${id}-${index}`}
              className={classes.option}
              {...{ role: 'option', 'aria-selected': index === at }}
              {...handlersOf(
                () => onPoint(index),
                () => onChoose(option),
              )}
            >
              <Words option={option} />
            </li>
          ))}
        </ul>
        {isWrong && <p className={classes.wrong}>{t('goToUnknown')}</p>}
      </div>
      <output className={classes.hidden}>{isWrong && t('goToUnknown')}</output>
    </>
  );
}

const handlersOf = (onPoint: () => void, onChoose: () => void) => ({
  // The field keeps the focus.
  onPointerDown: (event: PointerEvent) => event.preventDefault(),
  onMouseDown: (event: MouseEvent) => event.preventDefault(),
  onPointerMove: onPoint,
  onClick: onChoose,
});

function Words({ option: { kind, title, note } }: { option: GoToOption }) {
  const Icon = kind === 'place' ? IconMapPin : IconClock;
  return (
    <>
      <Icon size={18} stroke={1.7} aria-hidden />
      <span className={classes.words}>
        <span>{title}</span>
        {note && <span className={classes.note}>{note}</span>}
      </span>
    </>
  );
}
