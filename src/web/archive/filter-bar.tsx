import { IconX } from '@tabler/icons-react';
import { memo } from 'react';
import { channels, clipKinds, type ClipKind } from '../../shared/clips.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { channelWords } from '../words.ts';
import { isFiltered, toggledWord, type ArchiveSearch } from './archive-search.ts';
import classes from './filter-bar.module.css';
import { t } from './texts.ts';

export type FilterChange = { [Key in keyof ArchiveSearch]?: ArchiveSearch[Key] | undefined };

interface FilterBarProps {
  search: ArchiveSearch;
  onChange: (change: FilterChange) => void;
  onClear: () => void;
}

/** What of the archive is looked at: chips that are on or off, and choices of a camera, a channel or a place. */
export const FilterBar = memo(function FilterBar({ search, onChange, onClear }: FilterBarProps) {
  const cameras = useRoute(routes.getStatus).data?.cameras ?? [];
  const places = useRoute(routes.listPlaces).data?.places ?? [];
  return (
    <fieldset className={classes.bar}>
      <legend className={classes.legend}>{t('filters')}</legend>
      {(cameras.length > 1 || search.camera !== undefined) && (
        <Choice
          label={t('camera')}
          all={t('allCameras')}
          value={search.camera}
          choices={cameras.map(({ id, name }) => [String(id), name])}
          onChoose={(camera) => onChange({ camera: Number(camera) || undefined })}
        />
      )}
      <Kinds kinds={search.kind} onChange={onChange} />
      <Chip isOn={search.kept === true} onToggle={(isOn) => onChange({ kept: isOn || undefined })}>
        {t('filterKept')}
      </Chip>
      <Chip isOn={search.missing === true} onToggle={(isOn) => onChange({ missing: isOn || undefined })}>
        {t('filterMissing')}
      </Chip>
      <Choice
        label={t('channel')}
        all={t('allChannels')}
        value={search.channel}
        choices={channels.map((channel) => [channel, channelWords[channel]])}
        onChoose={(channel) => onChange({ channel })}
      />
      {(places.length > 0 || search.place !== undefined) && (
        <Choice
          label={t('place')}
          all={t('anyPlace')}
          value={search.place}
          choices={places.map(({ id, name }) => [String(id), name])}
          onChoose={(place) => onChange({ place: Number(place) || undefined })}
        />
      )}
      <Tags tag={search.tag} onChange={onChange} />
      <Choice
        label={t('position')}
        all={t('anyPosition')}
        value={search.position}
        choices={[
          ['known', t('positionKnown')],
          ['unknown', t('positionUnknown')],
        ]}
        onChoose={(position) =>
          onChange({ position: position === 'known' || position === 'unknown' ? position : undefined })
        }
      />
      {isFiltered(search) && (
        <button type="button" className={classes.clear} onClick={onClear}>
          <IconX size={16} aria-hidden />
          {t('clearFilters')}
        </button>
      )}
    </fieldset>
  );
});

/** Words that people gave to clips; one that nothing has any more can still be in the address. */
function Tags({ tag, onChange }: { tag: string | undefined; onChange: FilterBarProps['onChange'] }) {
  const known = useRoute(routes.listTags).data?.tags ?? [];
  const tags = tag === undefined || known.includes(tag) ? known : [tag, ...known];
  return (
    tags.length > 0 && (
      <Choice
        label={t('tag')}
        all={t('anyTag')}
        value={tag}
        choices={tags.map((each) => [each, each])}
        onChoose={(chosen) => onChange({ tag: chosen })}
      />
    )
  );
}

const kindTexts = {
  normal: 'filterNormal',
  parking: 'filterParking',
  event: 'filterEvent',
  unclassified: 'filterUnclassified',
} as const satisfies Record<ClipKind, string>;

/** What is not understood is filtered for only where somebody came to it by an address. */
function Kinds({ kinds, onChange }: { kinds: string | undefined; onChange: FilterBarProps['onChange'] }) {
  const on = kinds?.split(',') ?? [];
  return clipKinds
    .filter((kind) => kind !== 'unclassified' || on.includes(kind))
    .map((kind) => (
      <Chip
        key={kind}
        isOn={on.includes(kind)}
        onToggle={() => onChange({ kind: inOrder(toggledWord(kinds, kind)) })}
      >
        {t(kindTexts[kind])}
      </Chip>
    ));
}

const inOrder = (words: string | undefined) =>
  words && clipKinds.filter((kind) => words.split(',').includes(kind)).join(',');

interface ChipProps {
  isOn: boolean;
  onToggle: (isOn: boolean) => void;
  children: string;
}

function Chip({ isOn, onToggle, children }: ChipProps) {
  return (
    <button type="button" className={classes.chip} aria-pressed={isOn} onClick={() => onToggle(!isOn)}>
      {children}
    </button>
  );
}

interface ChoiceProps {
  label: string;
  /** What stands there while nothing is chosen. */
  all: string;
  value: string | number | undefined;
  choices: readonly (readonly [value: string, word: string])[];
  onChoose: (value: string | undefined) => void;
}

/** A menu of the browser's own: the one that suits thumbs, keys and screen readers best. */
function Choice({ label, all, value, choices, onChoose }: ChoiceProps) {
  return (
    <select
      className={classes.choice}
      aria-label={label}
      value={value ?? ''}
      data-on={value !== undefined || undefined}
      onChange={(event) => onChoose(event.currentTarget.value || undefined)}
    >
      <option value="">{all}</option>
      {choices.map(([each, word]) => (
        <option key={each} value={each}>
          {word}
        </option>
      ))}
    </select>
  );
}
