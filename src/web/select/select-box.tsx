import { useEffect, useRef, type MouseEvent } from 'react';
import type { RowOf } from '../archive/row-lead.tsx';
import { formatDay, formatLocalTime } from '../format.ts';
import { localStartOf } from '../local-start.ts';
import { useOfSelection, useSelection } from './select-context.ts';
import classes from './select-box.module.css';
import { chosenOf, dayOf, type Share } from './selection-plan.ts';
import type { SelectionStore } from './selection-store.ts';
import { t } from './texts.ts';

/** The box at the beginning of a row by which it is chosen; with Shift, all from the one before. */
export function SelectBox({ of }: { of: RowOf }) {
  const store = useSelection();
  const share = useOfSelection((selection) => shareOfRow(selection, of));
  const isAny = useOfSelection((selection) => selection.isAny());
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = share === 'some';
  }, [share]);
  if (of.kind === 'item' && of.captures.length === 0) return null;
  const press = (event: MouseEvent) => pressRow(store, of, event.shiftKey);
  return (
    <label className={classes.box} data-any={isAny || undefined}>
      <input
        ref={box}
        type="checkbox"
        className={classes.input}
        data-select={dayOfRow(of)}
        aria-label={labelOf(of)}
        checked={share === 'all'}
        // What it shows comes from the selection.
        onChange={nothing}
        onClick={press}
      />
    </label>
  );
}

const nothing = () => undefined;

function pressRow(store: SelectionStore, of: RowOf, isRange: boolean): void {
  if (of.kind === 'day') void store.pressDay(of.day.day, of.day.captures, isRange);
  else if (of.kind === 'item') store.pressAll(of.captures.map(chosenOf));
  else void store.press(chosenOf(of.capture), isRange);
}

function shareOfRow(store: SelectionStore, of: RowOf): Share {
  if (of.kind === 'day') return store.shareOfDay(of.day.day, of.day.captures);
  if (of.kind === 'item') return store.shareOfIds(of.captures.map(({ id }) => id));
  return store.has(of.capture.id) ? 'all' : 'none';
}

/** The day that keys for a whole day are about. */
function dayOfRow(of: RowOf): string {
  if (of.kind === 'day') return of.day.day;
  const [first] = of.kind === 'item' ? of.captures : [of.capture];
  return first ? dayOf(first) : '';
}

function labelOf(of: RowOf): string {
  if (of.kind === 'day') return t('chooseDay', { day: formatDay(of.day.day) });
  if (of.kind === 'item') return t('chooseGroup', { count: of.captures.length });
  return t('chooseRecording', { time: formatLocalTime(localStartOf(of.capture), { seconds: true }) });
}
