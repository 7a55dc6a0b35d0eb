/** The days of a preview as the columns of a strip. */
import type { Preview } from '../../shared/retention.ts';
import { formatBytes, formatDate, formatDay } from '../format.ts';
import { t } from './texts.ts';

/** The answer of a preview as far as it matters here. */
export interface PreviewQuery {
  data: Preview | undefined;
  error: { message: string } | null;
  /** What failed, while it is tried again. */
  failureReason: { message: string } | null;
  isPlaceholderData: boolean;
  isFetching: boolean;
}

/**
 * What can be said beside the button that saves a draft: a preview of these very rules, fresh, or why there is none;
 * neither while it is on its way. `isAsked`: the query is of the draft as it stands.
 */
export function draftPreview(
  query: PreviewQuery,
  isAsked: boolean,
): { preview: Preview | undefined; failure: string | null } {
  if (!isAsked) return { preview: undefined, failure: null };
  const failed = query.error ?? query.failureReason;
  if (failed) return { preview: undefined, failure: failed.message };
  const isOld = query.isPlaceholderData || query.isFetching;
  return { preview: isOld ? undefined : query.data, failure: null };
}

type PreviewDay = Preview['days'][number];

export interface StripColumn {
  /** First and last day in it. */
  from: string;
  to: string;
  goes: number;
  goesBytes: number;
  stays: number;
}

/** The days oldest first, so many in one column that there are at most `most` columns. */
export function stripColumns(days: readonly PreviewDay[], most: number): StripColumn[] {
  const perColumn = Math.max(1, Math.ceil(days.length / most));
  const columns: StripColumn[] = [];
  for (let at = 0; at < days.length; at += perColumn) {
    const part = days.slice(at, at + perColumn);
    const [first, last] = [part[0], part.at(-1)];
    if (!first || !last) continue;
    columns.push({
      from: first.day,
      to: last.day,
      goes: sum(part.map((day) => day.clips)),
      goesBytes: sum(part.map((day) => day.bytes)),
      stays: sum(part.map((day) => day.stays)),
    });
  }
  return columns;
}

/** Clips of the fullest column. */
export function tallest(columns: readonly StripColumn[]): number {
  return columns.reduce((most, column) => Math.max(most, column.goes + column.stays), 1);
}

/** A column in words: `Thursday 3 June: 12 clips go (1.2 GB), 3 stay`. */
export function columnWords(column: StripColumn): string {
  const days =
    column.from === column.to
      ? formatDay(column.from)
      : t('fromTo', { from: formatDate(column.from), to: formatDate(column.to) });
  const goes =
    column.goes === 0
      ? t('nothingGoes')
      : t('clipsGo', { count: column.goes, size: formatBytes(column.goesBytes) });
  const stays = column.stays === 0 ? t('nothingStays') : t('clipsStay', { count: column.stays });
  return t('column', { days, goes, stays });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
