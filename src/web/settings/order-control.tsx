import { ActionIcon, Switch } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconGripVertical } from '@tabler/icons-react';
import { useEffect, useRef, useState, type DragEvent, type KeyboardEvent } from 'react';
import type { OrderClass } from '../../shared/queue.ts';
import classes from './order-control.module.css';
import type { SettingControlProps } from './setting-control.tsx';
import { movedTo, orderClassWords, orderIn, switched, switchedOff } from './settings-fields.ts';
import { t } from './texts.ts';

/** What is left without a place comes with these, so they keep theirs. */
const always: OrderClass = 'earlier';

type OrderControlProps = Pick<
  SettingControlProps,
  'labelledBy' | 'describedBy' | 'value' | 'error' | 'onSave'
>;

/** Kinds of clips in the order they are fetched: moved by buttons, arrow keys or dragging; switched off one by one. */
export function OrderControl({ labelledBy, describedBy, value, error, onSave }: OrderControlProps) {
  const order = orderIn(value);
  const { list, keepFocus } = useKeptFocus();
  const [dragged, setDragged] = useState<OrderClass | null>(null);
  const move = (moved: OrderClass, place: number) => {
    if (place < 0 || place >= order.length) return;
    keepFocus();
    onSave(movedTo(order, moved, place));
  };
  return (
    <fieldset className={classes.group} aria-labelledby={labelledBy} aria-describedby={describedBy}>
      <ol className={classes.list} ref={list}>
        {order.map((each, index) => (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- dragging is a short cut, the buttons within do the same
          <li
            key={each}
            className={classes.row}
            draggable
            data-dragged={dragged === each || undefined}
            onDragStart={(event: DragEvent) => {
              event.dataTransfer.setData('text/plain', each);
              setDragged(each);
            }}
            onDragEnd={() => setDragged(null)}
            onDragOver={(event: DragEvent) => dragged && event.preventDefault()}
            onDrop={(event: DragEvent) => {
              event.preventDefault();
              if (dragged) move(dragged, index);
            }}
          >
            <IconGripVertical className={classes.grip} size={18} stroke={1.6} aria-hidden />
            <span className={classes.word}>{orderClassWords[each]}</span>
            <MoveButtons each={each} index={index} count={order.length} onMove={move} />
            <ClassSwitch each={each} isOn onToggle={() => onSave(switched(order, each))} />
          </li>
        ))}
      </ol>
      <ul className={classes.list} aria-label={t('orderOff')}>
        {switchedOff(order).map((each) => (
          <li key={each} className={classes.row} data-off>
            <span className={classes.word}>{orderClassWords[each]}</span>
            <ClassSwitch each={each} isOn={false} onToggle={() => onSave(switched(order, each))} />
          </li>
        ))}
      </ul>
      {error && <p className={classes.error}>{error}</p>}
    </fieldset>
  );
}

interface MoveButtonsProps {
  each: OrderClass;
  index: number;
  count: number;
  onMove: (moved: OrderClass, place: number) => void;
}

function MoveButtons({ each, index, count, onMove }: MoveButtonsProps) {
  const byKey = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    onMove(each, index + step);
  };
  const word = orderClassWords[each];
  const common = { variant: 'default', size: 32, className: classes.move ?? '', onKeyDown: byKey } as const;
  return (
    <span className={classes.moves}>
      <ActionIcon
        {...common}
        data-move={`${each} up`}
        aria-label={t('orderUp', { what: word })}
        aria-disabled={index === 0}
        onClick={() => onMove(each, index - 1)}
      >
        <IconChevronUp size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon
        {...common}
        data-move={`${each} down`}
        aria-label={t('orderDown', { what: word })}
        aria-disabled={index === count - 1}
        onClick={() => onMove(each, index + 1)}
      >
        <IconChevronDown size={18} aria-hidden />
      </ActionIcon>
    </span>
  );
}

function ClassSwitch({ each, isOn, onToggle }: { each: OrderClass; isOn: boolean; onToggle: () => void }) {
  const isFixed = each === always;
  return (
    <Switch
      size="sm"
      className={classes.switch ?? ''}
      aria-label={t(isFixed ? 'orderFixed' : 'orderHas', { what: orderClassWords[each] })}
      checked={isOn}
      disabled={isFixed}
      onChange={onToggle}
    />
  );
}

/** Keeps the focus on the button that moved a row, which the browser loses when the row is put elsewhere. */
function useKeptFocus() {
  const list = useRef<HTMLOListElement>(null);
  const wanted = useRef<string | null>(null);
  useEffect(() => {
    const name = wanted.current;
    if (name === null) return;
    wanted.current = null;
    list.current?.querySelector<HTMLElement>(`[data-move="${name}"]`)?.focus();
  });
  const keepFocus = () => {
    const focused = document.activeElement;
    wanted.current = focused instanceof HTMLElement ? (focused.dataset['move'] ?? null) : null;
  };
  return { list, keepFocus };
}
