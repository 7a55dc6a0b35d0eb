import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import type { FoundPlace, Moment } from '../../shared/find.ts';
import { routes } from '../../shared/routes.ts';
import { call, keyOf, useRoute } from '../api.ts';
import { localTimeIn, localToday } from '../format.ts';
import { boxWords } from '../map/map-search.ts';
import { locale } from '../text/text.ts';
import { useNow } from '../ui/use-now.ts';
import { failed, toast } from '../ui/toasts.ts';
import { goToOptions, isThere, lookAt, mostWhens, nearestWords, type GoToOption } from './go-to-plan.ts';
import { pictureLink } from './picture-link.ts';
import { t } from './texts.ts';
import { localOf, parseWhen, type When } from './when-words.ts';

/** Whoever goes on typing asks for nothing. */
const restMs = 180;

type WhenOfDay = Extract<When, { day: string }>;

const momentQuery = (local: string) => ({
  queryKey: keyOf(routes.findMoment, { query: { local } }),
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    (await call(routes.findMoment, { query: { local } }, { signal })).moment,
});

/** What a typed text can mean: times with what was recorded then, and places where the car was. */
export function useGoToOptions(text: string, day: string | undefined) {
  const zone = useRoute(routes.getStatus).data?.zone;
  const now = useNow();
  const whens = useMemo(() => {
    const today = zone === undefined ? localToday(now) : localTimeIn(now, zone).slice(0, 10);
    return parseWhen(text, { today, day, locale }).slice(0, mostWhens);
  }, [text, day, zone, now]);
  const [rested] = useDebouncedValue(text.trim(), restMs);
  const isResting = rested === text.trim();
  const moments = useQueries({
    queries: whens.map((when) => ({
      ...momentQuery('day' in when ? localOf(when) : ''),
      enabled: isResting && 'day' in when,
    })),
    combine: momentsOf,
  });
  const { places, isPending } = usePlaces(rested);
  const options = useMemo(
    () => goToOptions({ whens, moments, places: text.trim() === '' ? [] : places }),
    [whens, moments, places, text],
  );
  return { options, isKnown: isResting && !isPending };
}

const momentsOf = (results: { data: Moment | null | undefined }[]) => results.map(({ data }) => data);
const noPlaces: readonly FoundPlace[] = [];

function usePlaces(text: string): { places: readonly FoundPlace[]; isPending: boolean } {
  const isName = text.length >= 2 && text.length <= 100 && /\p{L}{2}/u.test(text);
  const input = { query: { q: text } };
  const { data, isFetching } = useQuery({
    queryKey: keyOf(routes.searchPlaces, input),
    queryFn: ({ signal }) => call(routes.searchPlaces, input, { signal }),
    enabled: isName,
    placeholderData: keepPreviousData,
  });
  return { places: isName ? (data?.places ?? noPlaces) : noPlaces, isPending: isName && isFetching };
}

/** Goes to what was chosen; a month or a year by `onGo` where the archive itself is in view. */
export function useGoTo(onGo: ((at: string) => void) | undefined): (option: GoToOption) => void {
  const client = useQueryClient();
  const navigate = useNavigate();
  const toMoment = async (when: WhenOfDay) => {
    const { queryKey } = momentQuery(localOf(when));
    // What the field asks for is given up as the field is emptied.
    const moment =
      client.getQueryData<Moment | null>(queryKey) ??
      (await call(routes.findMoment, { query: { local: localOf(when) } })).moment;
    if (!moment) return navigate({ to: '/archive/$day', params: { day: when.day } });
    if (!isThere(when, moment)) toast(nearestWords(when, moment));
    if (when.kind === 'day' || moment.clipId === null)
      return navigate({ to: '/archive/$day', params: { day: moment.day } });
    const { clipId, journeyId, startedAt, zoneOffsetMinutes, at } = moment;
    const seconds = Math.floor((at - startedAt) / 1000);
    return navigate(pictureLink({ id: clipId, journeyId, startedAt, zoneOffsetMinutes }, seconds));
  };
  const toStretch = (at: string) => {
    if (onGo) onGo(at);
    else void navigate({ to: '/archive', search: { at } });
  };
  const toPlace = ({ box }: FoundPlace) =>
    void navigate({ to: '/map', search: { box: boxWords(box), at: lookAt(box) } });
  return (option) => {
    if (option.kind === 'place') return toPlace(option.place);
    const { when } = option;
    if ('day' in when) return void toMoment(when).catch(failed(t('timeNotFound')));
    return toStretch(when.kind === 'month' ? when.month : String(when.year));
  };
}
