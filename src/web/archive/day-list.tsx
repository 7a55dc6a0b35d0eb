import type { ReactNode, RefObject } from 'react';
import { VirtualList, type ListHandle } from '../ui/virtual-list.tsx';
import { CaptureRow } from './capture-row.tsx';
import classes from './day-page.module.css';
import type { DayListRow } from './day-rows-plan.ts';
import { ItemHead } from './item-head.tsx';
import { rowPx } from './row-size-plan.ts';
import { t } from './texts.ts';

interface DayListProps {
  day: string;
  rows: readonly DayListRow[];
  lit: number | null;
  list: RefObject<ListHandle | null>;
  onLit: (journeyId: number | null) => void;
  onOpen: (clipId: number, seconds?: number) => void;
  onToggle: (key: string) => void;
}

/** Journeys, stops and recordings, the rows in view only. */
export function DayList({ day, rows, lit, list, onLit, onOpen, onToggle }: DayListProps) {
  const content = (row: DayListRow) =>
    row.kind === 'capture' ? (
      <CaptureRow capture={row.capture} previous={row.previous} onOpen={onOpen} />
    ) : (
      <ItemHead day={day} row={row} onToggle={() => onToggle(row.key)} onOpen={onOpen} />
    );
  return (
    <VirtualList
      count={rows.length}
      label={t('recordingsInOrder')}
      estimateSize={(index) => rowPx(rows[index], document.documentElement.clientWidth)}
      keyOf={(index) => rows[index]?.key ?? index}
      handle={list}
      framed
      renderRow={(index) => {
        const row = rows[index];
        if (!row) return null;
        return (
          <Lighting journeyId={journeyIdOf(row)} lit={lit} onLit={onLit}>
            {content(row)}
          </Lighting>
        );
      }}
    />
  );
}

interface LightingProps {
  journeyId: number | null;
  lit: number | null;
  onLit: (journeyId: number | null) => void;
  children: ReactNode;
}

/** A row that lights the line of its journey while it is pointed at or has the focus, and shines when the line does. */
function Lighting({ journeyId, lit, onLit, children }: LightingProps) {
  return (
    <div
      className={classes.lighting}
      data-lit={(journeyId !== null && journeyId === lit) || undefined}
      onPointerEnter={() => onLit(journeyId)}
      onPointerLeave={() => onLit(null)}
      onFocus={() => onLit(journeyId)}
      onBlur={() => onLit(null)}
    >
      {children}
    </div>
  );
}

function journeyIdOf(row: DayListRow): number | null {
  if (row.kind === 'capture') return row.journeyId;
  return row.item.kind === 'journey' ? row.item.journey.id : null;
}
