import { Button, Switch } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconBoxMultiple, IconMapPins } from '@tabler/icons-react';
import { ChooseMap } from './choose-map.tsx';
import { MapFilters } from './map-filters.tsx';
import type { MapSearch } from './map-search.ts';
import classes from './map-tools.module.css';
import { t } from './texts.ts';
import type { SearchChange } from './use-map-search.ts';

interface MapToolsProps {
  search: MapSearch;
  setSearch: (change: SearchChange) => void;
  isDrawing: boolean;
  onDraw: () => void;
}

/** Above the map, where there is room for all of it. */
export function MapTools({ search, setSearch, isDrawing, onDraw }: MapToolsProps) {
  return (
    <div className={classes.tools}>
      <MapFilters search={search} onChange={setSearch} />
      <DrawButton isDrawing={isDrawing} onDraw={onDraw} />
      <HeatSwitch search={search} setSearch={setSearch} />
      <PlacesLink />
      <ChooseMap />
    </div>
  );
}

/** The next drag over the map draws a box. */
export function DrawButton({ isDrawing, onDraw }: Pick<MapToolsProps, 'isDrawing' | 'onDraw'>) {
  return (
    <Button
      variant={isDrawing ? 'filled' : 'default'}
      leftSection={<IconBoxMultiple size={18} aria-hidden />}
      aria-pressed={isDrawing}
      onClick={onDraw}
    >
      {t(isDrawing ? 'drawing' : 'drawBox')}
    </Button>
  );
}

export function HeatSwitch({ search, setSearch }: Pick<MapToolsProps, 'search' | 'setSearch'>) {
  return (
    <Switch
      className={classes.heat ?? ''}
      label={t('heat')}
      title={t('heatHint')}
      checked={search.heat === 1}
      onChange={(event) => setSearch({ heat: event.currentTarget.checked ? 1 : undefined })}
    />
  );
}

export function PlacesLink() {
  return (
    <Link to="/places" className={classes.link}>
      <IconMapPins size={18} aria-hidden />
      {t('places')}
    </Link>
  );
}
