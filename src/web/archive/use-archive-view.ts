import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { ArchiveFilterFields } from '../../shared/archive-filter.ts';
import type { DistanceUnits } from '../journey/units.ts';
import { useUnits } from '../journey/use-units.ts';
import type { ListHandle } from '../ui/virtual-list.tsx';
import type { ArchiveRow } from './archive-rows-plan.ts';
import { isDeskSize, picturesThatFit, type PictureRoom } from './day-line-plan.ts';
import { rowOfCapture } from './day-rows-plan.ts';
import { Lit } from './lit.ts';
import type { OpenDayScript } from './open-day-script.ts';
import { nearestCapture } from './nearest-capture.ts';
import type { Reading } from './reading.ts';
import { useArrivals } from './use-arrivals.ts';
import type { OpenDayView } from './use-open-days.ts';
import { useElementPx, usePageSize } from './use-page-size.ts';

interface ArchiveViewChoices {
  fields: ArchiveFilterFields;
  isNarrow: boolean;
  rows: readonly ArchiveRow[];
  opened: ReadonlyMap<string, OpenDayView>;
  script: OpenDayScript | null;
  list: RefObject<ListHandle | null>;
  frame: RefObject<HTMLElement | null>;
  reading: Reading;
  fold: (key: string) => void;
  toggle: (day: string, isOpen: boolean) => void;
}

/** What all rows of the archive have in common; each part stays the same while nothing of it changes. */
export interface ArchiveView {
  fields: ArchiveFilterFields;
  isNarrow: boolean;
  isDesk: boolean;
  units: DistanceUnits;
  fit: PictureRoom;
  lit: Lit;
  opened: ReadonlyMap<string, OpenDayView>;
  /** What draws them. */
  script: OpenDayScript | null;
  arrived: ReadonlySet<string>;
  fold: (key: string) => void;
  toggle: (day: string, isOpen: boolean) => void;
  /** Brings the recording of an open day that is nearest to a minute into view. */
  seek: (day: string, minute: number) => void;
}

export function useArchiveView(choices: ArchiveViewChoices): ArchiveView {
  const { fields, isNarrow, rows, opened, script, list, frame, reading, fold, toggle } = choices;
  const units = useUnits();
  const size = usePageSize();
  const listPx = useElementPx(frame, 'width');
  const fit = useMemo(() => picturesThatFit(listPx, size), [listPx, size]);
  const arrived = useArrivals(rows, reading);
  const [lit] = useState(() => new Lit());
  const seek = useSeek(rows, opened, list);
  const isDesk = isDeskSize(size);
  return { fields, isNarrow, isDesk, units, fit, lit, opened, script, arrived, fold, toggle, seek };
}

function useSeek(
  rows: readonly ArchiveRow[],
  opened: ReadonlyMap<string, OpenDayView>,
  list: RefObject<ListHandle | null>,
) {
  const current = useRef({ rows, opened });
  useEffect(() => {
    current.current = { rows, opened };
  });
  return useCallback(
    (day: string, minute: number) => {
      const of = current.current.opened.get(day);
      if (of?.state !== 'ready') return;
      const nearest = nearestCapture(of.captures, minute);
      const inDay = nearest ? of.rows[rowOfCapture(of.rows, nearest.id)] : undefined;
      const index = current.current.rows.findIndex(({ key }) => key === `${day}/${inDay?.key}`);
      if (index >= 0) list.current?.scrollToIndex(index, { align: 'start' });
    },
    [list],
  );
}
