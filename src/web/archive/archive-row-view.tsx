import { formatMonth } from '../format.ts';
import classes from './archive-list.module.css';
import type { ArchiveRow } from './archive-rows-plan.ts';
import { DayRow } from './day-row.tsx';
import { OpenNote, OpenWait } from './open-day-notes.tsx';
import { t } from './texts.ts';
import type { ArchiveView } from './use-archive-view.ts';

interface ArchiveRowViewProps {
  row: ArchiveRow;
  view: ArchiveView;
}

/** A row of the archive: a month, a day, or something of a day that is open. */
export function ArchiveRowView({ row, view }: ArchiveRowViewProps) {
  switch (row.kind) {
    case 'month':
      return <h2 className={classes.month}>{formatMonth(`${row.month}-01`)}</h2>;
    case 'year':
      return <YearWait />;
    case 'day':
      return <Day row={row} view={view} />;
    case 'part': {
      const { OpenPart } = view.script ?? {};
      return (
        OpenPart && (
          <OpenPart day={row.day.day} row={row.row} isLast={row.isLast} lit={view.lit} onFold={view.fold} />
        )
      );
    }
    default:
      return <OfOpenDay row={row} view={view} />;
  }
}

function Day({ row, view }: { row: Extract<ArchiveRow, { kind: 'day' }>; view: ArchiveView }) {
  const { fields, isNarrow, isDesk, units, fit, arrived, toggle } = view;
  return (
    <DayRow
      day={row.day}
      isOpen={row.isOpen}
      isNew={arrived.has(row.key)}
      fields={fields}
      isNarrow={isNarrow}
      isDesk={isDesk}
      units={units}
      fit={fit}
      onToggle={toggle}
    />
  );
}

type OpenRow = Extract<ArchiveRow, { kind: 'top' | 'wait' | 'error' | 'none' }>;

function OfOpenDay({ row: { kind, day }, view }: { row: OpenRow; view: ArchiveView }) {
  const open = view.opened.get(day.day);
  const { OpenTop } = view.script ?? {};
  if (kind === 'wait' || !open || !OpenTop) return <OpenWait />;
  if (kind === 'none') return <OpenNote>{t('nothingOfDay')}</OpenNote>;
  if (kind === 'error') return <OpenNote onRetry={open.retry}>{open.error?.message}</OpenNote>;
  return (
    <OpenTop
      day={day.day}
      captures={open.captures}
      hasPlaces={open.state === 'ready' && open.hasPlaces}
      lit={view.lit}
      onSeek={view.seek}
    />
  );
}

function YearWait() {
  return (
    <div className={classes.wait} aria-busy="true" aria-hidden>
      {[0, 1, 2].map((index) => (
        <div key={index} className={classes.blank} />
      ))}
    </div>
  );
}
