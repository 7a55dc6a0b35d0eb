import '@mantine/spotlight/styles.layer.css';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import {
  IconAdjustments,
  IconBolt,
  IconCalendarTime,
  IconMapPin,
  IconMapPins,
  IconSearch,
} from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useGoTo, useGoToOptions } from '../archive/use-go-to.ts';
import { settingFields } from '../settings/settings-fields.ts';
import { places } from '../ui/nav-places.ts';
import { t as ui } from '../ui/texts.ts';
import { found, type PaletteEntry } from './palette-plan.ts';
import classes from './palette.module.css';
import { t } from './texts.ts';
import { useDeeds } from './use-deeds.ts';

const [store, palette] = createSpotlight();

export const openPalette = palette.open;

/** Everything by its name: pages, deeds, settings, times and places. Opened with Ctrl or Cmd and `k`. */
export function Palette() {
  const [typed, setTyped] = useState('');
  const groups = [useTimesAndPlaces(typed), usePages(typed), useDeedGroup(typed), useSettings(typed)];
  const isEmpty = groups.every(({ entries }) => entries.length === 0);
  return (
    <Spotlight.Root
      store={store}
      query={typed}
      onQueryChange={setTyped}
      shortcut={null}
      scrollable
      maxHeight="min(32rem, 70dvh)"
      radius="md"
      centered={false}
      yOffset="12dvh"
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      aria-label={t('name')}
    >
      <Spotlight.Search
        aria-label={t('name')}
        placeholder={t('placeholder')}
        leftSection={<IconSearch size={18} stroke={1.7} />}
        maxLength={100}
      />
      <Spotlight.ActionsList>
        {groups.map((group) => (
          <Group key={group.label} {...group} />
        ))}
        {isEmpty && <Spotlight.Empty>{t('nothing')}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

interface Entry extends PaletteEntry {
  icon: ReactNode;
  run: () => void;
}
interface EntryGroup {
  label: string;
  entries: readonly Entry[];
}

function Group({ label, entries }: EntryGroup) {
  if (entries.length === 0) return null;
  return (
    <Spotlight.ActionsGroup label={label}>
      {entries.map(({ key, title, note, icon, run }) => (
        <Spotlight.Action
          key={key}
          label={title}
          description={note ?? ''}
          leftSection={icon}
          className={classes.action ?? ''}
          onClick={run}
        />
      ))}
    </Spotlight.ActionsGroup>
  );
}

const iconStyle = { size: 20, stroke: 1.6 } as const;

function useTimesAndPlaces(typed: string): EntryGroup {
  const { options } = useGoToOptions(typed, undefined);
  const goTo = useGoTo(undefined);
  const entries = options.map((option): Entry => {
    const Icon = option.kind === 'when' ? IconCalendarTime : IconMapPin;
    const { key, title, note } = option;
    return { key, title, note: note ?? undefined, icon: <Icon {...iconStyle} />, run: () => goTo(option) };
  });
  return { label: t('whenAndWhere'), entries };
}

function usePages(typed: string): EntryGroup {
  const navigate = useNavigate();
  const entries: Entry[] = places.map(({ to, word, Icon }) => ({
    key: to,
    title: ui(word),
    icon: <Icon {...iconStyle} />,
    run: () => void navigate({ to }),
  }));
  entries.push({
    key: '/places',
    title: ui('places'),
    icon: <IconMapPins {...iconStyle} />,
    run: () => void navigate({ to: '/places' }),
  });
  return { label: t('pages'), entries: found(entries, typed) };
}

function useDeedGroup(typed: string): EntryGroup {
  const deeds = useDeeds();
  return {
    label: t('deeds'),
    entries: found(deeds, typed).map((deed) => ({ ...deed, icon: <IconBolt {...iconStyle} /> })),
  };
}

/** Many: only those that are looked for. */
function useSettings(typed: string): EntryGroup {
  const navigate = useNavigate();
  const fields = useMemo(() => settingFields(), []);
  const entries = fields.map(({ key, title, help }): Entry => ({
    key,
    title,
    note: help,
    icon: <IconAdjustments {...iconStyle} />,
    run: () => void navigate({ to: '/settings', search: { q: title } }),
  }));
  return { label: t('settings'), entries: typed.trim() === '' ? [] : found(entries, typed) };
}
