import { useMemo, useState } from 'react';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { localToday } from '../format.ts';
import { useNow } from '../ui/use-now.ts';
import { carOf, totalsOf, type ArchiveFilter } from './archive-months.ts';
import { instantOfDay, type MapSearch } from './map-search.ts';
import {
  barsOf,
  dayAfter,
  dayOf,
  daysOfRange,
  rangeOfDays,
  spanOf,
  type DayRange,
  type SliderSpan,
} from './slider-plan.ts';
import { useArchiveMonths, type ArchiveMonths } from './use-archive-months.ts';
import type { SearchChange } from './use-map-search.ts';

/** The time of the archive and what of it is chosen. */
export interface ArchiveTime {
  span: SliderSpan;
  range: DayRange;
  bars: ReturnType<typeof barsOf>;
  today: string;
  onChange: (range: DayRange, isDone: boolean) => void;
  /** Of the journeys that pass. */
  totals: ReturnType<typeof totalsOf>;
}

export interface ChosenArchive {
  archive: ArchiveMonths;
  filter: ArchiveFilter;
  /** Null until it is known, and without a journey. */
  time: ArchiveTime | null;
}

const nothing: never[] = [];

/** All journeys, and the time and camera of them that are chosen in the address or are being dragged to. */
export function useChosenArchive(
  search: MapSearch,
  setSearch: (change: SearchChange) => void,
): ChosenArchive {
  const archive = useArchiveMonths();
  const today = localToday(useNow());
  const { zone = 'UTC', cameras = nothing } = useRoute(routes.getStatus).data ?? {};
  const { months, isWhole } = archive;
  const listed = archive.listed ?? nothing;
  const cameraId = carOf(cameras, search.camera);
  const span = useMemo(() => spanOf(listed, today), [listed, today]);
  const bars = useMemo(
    () => (span ? barsOf(span, listed, { months, isWhole, cameraId }) : []),
    [span, listed, months, isWhole, cameraId],
  );
  const [dragged, setDragged] = useState<DayRange | null>(null);
  const range = useMemo(() => dragged ?? (span && rangeOfDays(span, search)), [dragged, span, search]);
  const filter = useMemo(() => filterOf({ span, range, cameraId, zone }), [span, range, cameraId, zone]);
  const totals = useMemo(() => totalsOf(months, filter), [months, filter]);
  const onChange = (next: DayRange, isDone: boolean) => {
    setDragged(isDone ? null : next);
    if (isDone && span) setSearch(daysOfRange(span, next));
  };
  return {
    archive,
    filter,
    time: span && range && { span, range, bars, today, onChange, totals },
  };
}

interface Chosen {
  span: SliderSpan | null;
  range: DayRange | null;
  cameraId: number | null;
  zone: string;
}

/** Days as instants; an end of the whole time lets everything beyond it through. */
function filterOf({ span, range, cameraId, zone }: Chosen): ArchiveFilter {
  if (!span || !range) return { from: -Infinity, to: Infinity, cameraId };
  const { from, to } = range;
  return {
    from: from <= 0 ? -Infinity : instantOfDay(dayOf(span, from), zone),
    to: to >= span.end ? Infinity : instantOfDay(dayAfter(dayOf(span, to), 1), zone) - 1,
    cameraId,
  };
}
