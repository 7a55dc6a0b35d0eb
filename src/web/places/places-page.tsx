import { Button } from '@mantine/core';
import { IconHome2, IconMapPin, IconMapPins, IconMapPinPlus } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { Place, PlaceSuggestion } from '../../shared/places.ts';
import type { RouteResponse } from '../../shared/route.ts';
import { routes } from '../../shared/routes.ts';
import type { Box, Position } from '../../shared/tracks.ts';
import { useRoute } from '../api.ts';
import { MapView } from '../map/map-view.tsx';
import { ChooseMap } from '../map/choose-map.tsx';
import type { MapWindow } from '../map/map-types.ts';
import { useMapBase } from '../map/use-map-base.ts';
import { useTracks } from '../map/use-tracks.ts';
import { Panel } from '../ui/panel.tsx';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { useNow } from '../ui/use-now.ts';
import {
  boxOfAll,
  boxOfPlace,
  draftAt,
  draftOf,
  draftOfSuggestion,
  drawnPlaces,
  suggestionOf,
  type PlaceDraft,
} from './place-draft.ts';
import { PlaceForm } from './place-form.tsx';
import { effectsOf, radiusWords, stopsWords, suggestionTitle, suggestionWords } from './place-words.ts';
import classes from './places-page.module.css';
import { t } from './texts.ts';
import { usePlaceActions } from './use-place-actions.ts';

/** Tracks of all days show where the roads are that are driven. */
const allTracks = {};

type Places = RouteResponse<typeof routes.listPlaces>;

/** Places with a name of the owner's: what they are called, how large they are, and what they change. */
export function PlacesPage() {
  const query = useRoute(routes.listPlaces);
  return (
    <QueryView query={query} what={t('thePlaces')} skeleton={<SkeletonRows count={6} form="card" />}>
      {(data) => <Editor data={data} />}
    </QueryView>
  );
}

/** What is being made or changed, and where the map is to look. */
function useEditor({ places, suggestions }: Places) {
  const extent = useRoute(routes.getMapExtent).data?.box ?? null;
  const [draft, setDraft] = useState<PlaceDraft | null>(null);
  const [near, setNear] = useState<Box | null>(null);
  const everything = useMemo(() => boxOfAll(places, suggestions) ?? extent, [places, suggestions, extent]);
  const edit = (next: PlaceDraft | null) => {
    setDraft(next);
    if (next) setNear(boxOfPlace(next));
  };
  const moveTo = ({ latitude, longitude }: Position) =>
    setDraft((now) => (now ? { ...now, latitude, longitude } : draftAt({ latitude, longitude })));
  return { draft, setDraft, edit, moveTo, fit: near ?? everything };
}

function Editor({ data }: { data: Places }) {
  const { places, suggestions } = data;
  const editor = useEditor(data);
  const { draft, edit } = editor;
  const actions = usePlaceActions(() => edit(null));
  const [shown, setShown] = useState<MapWindow | null>(null);
  const tracks = useTracks(allTracks, shown);
  const drawn = useMemo(() => drawnPlaces({ places, suggestions }, draft), [places, suggestions, draft]);
  const begin = (next: PlaceDraft | null) => {
    actions.reset();
    edit(next);
  };
  const form = draft && (
    <PlaceForm
      draft={draft}
      error={actions.error}
      isSaving={actions.isSaving}
      onChange={editor.setDraft}
      onSave={() => actions.save(draft)}
      onCancel={() => begin(null)}
      onCentre={() => shown && editor.moveTo(shown)}
      onForget={forgetting(places, draft, actions.forget)}
    />
  );
  return (
    <div className={classes.page}>
      <div className={classes.map}>
        <MapView
          label={t('mapOfPlaces')}
          journeys={tracks.data ?? null}
          places={drawn}
          fit={editor.fit}
          onPickPosition={editor.moveTo}
          onPickPlace={draft ? undefined : (id) => begin(draftById(data, id))}
          onWindow={setShown}
        />
      </div>
      <div className={classes.lists}>
        <YourPlaces
          places={places}
          draft={draft}
          form={form}
          onAdd={() => begin(draftAt(shown ?? { latitude: 0, longitude: 0 }))}
          onEdit={(place) => begin(draftOf(place))}
        />
        <Suggestions
          suggestions={suggestions}
          isDrawn={draft === null}
          onName={(each) => begin(draftOfSuggestion(each, places.some(isHome)))}
        />
      </div>
    </div>
  );
}

const isHome = (place: Place): boolean => place.isHome;

interface YourPlacesProps {
  places: readonly Place[];
  draft: PlaceDraft | null;
  /** Of the draft, in the place of what it changes. */
  form: ReactNode;
  onAdd: () => void;
  onEdit: (place: Place) => void;
}

function YourPlaces({ places, draft, form, onAdd, onEdit }: YourPlacesProps) {
  const actions = (
    <>
      <ChooseMap />
      <Button leftSection={<IconMapPinPlus size={18} aria-hidden />} onClick={onAdd}>
        {t('add')}
      </Button>
    </>
  );
  return (
    <Panel title={t('yourPlaces')} actions={actions}>
      {draft?.id === null && form}
      {places.length === 0 && !draft && <NoPlaces />}
      <ul className={classes.list}>
        {places.map((place) => (
          <li key={place.id}>
            {draft?.id === place.id ? form : <PlaceRow place={place} onEdit={() => onEdit(place)} />}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function draftById({ places, suggestions }: Places, id: number): PlaceDraft | null {
  const suggestion = suggestionOf(id, suggestions);
  if (suggestion) return draftOfSuggestion(suggestion, places.some(isHome));
  const place = places.find((each) => each.id === id);
  return place ? draftOf(place) : null;
}

function forgetting(
  places: readonly Place[],
  { id }: PlaceDraft,
  forget: (place: Place) => void,
): (() => void) | null {
  const place = places.find((each) => each.id === id);
  return place ? () => forget(place) : null;
}

function PlaceRow({ place, onEdit }: { place: Place; onEdit: () => void }) {
  const now = useNow();
  const units = useMapBase()?.units ?? 'km';
  const effects = effectsOf(place);
  const Icon = place.isHome ? IconHome2 : IconMapPin;
  return (
    <button type="button" className={classes.row} onClick={onEdit}>
      <Icon className={classes.icon} size={20} stroke={1.7} aria-hidden />
      <span className={classes.words}>
        <span className={classes.name}>{place.name}</span>
        <span className={classes.dim}>
          {t('around', { radius: radiusWords(place.radiusM, units), stops: stopsWords(place, now) })}
        </span>
        {effects.length > 0 && <span className={classes.dim}>{effects.join(', ')}</span>}
      </span>
      <span className={classes.change}>{t('change')}</span>
    </button>
  );
}

interface SuggestionsProps {
  suggestions: readonly PlaceSuggestion[];
  /** They are on the map, too. */
  isDrawn: boolean;
  onName: (suggestion: PlaceSuggestion) => void;
}

function Suggestions({ suggestions, isDrawn, onName }: SuggestionsProps) {
  const now = useNow();
  if (suggestions.length === 0) return null;
  return (
    <Panel title={t('oftenHere')}>
      {isDrawn && <p className={classes.legend}>{t('oftenLegend')}</p>}
      <ul className={classes.list}>
        {suggestions.map((each) => (
          <li key={`${each.latitude} ${each.longitude}`} className={classes.suggestion}>
            <span className={classes.words}>
              <span className={classes.name}>{suggestionTitle(each)}</span>
              <span className={classes.dim}>{suggestionWords(each, now)}</span>
            </span>
            <Button variant="default" size="compact-md" onClick={() => onName(each)}>
              {t('nameIt')}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function NoPlaces() {
  return (
    <EmptyState compact icon={<IconMapPins size={28} stroke={1.6} />} title={t('noPlaces')}>
      {t('noPlacesWhy')}
    </EmptyState>
  );
}
