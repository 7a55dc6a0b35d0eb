import { Button, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustmentsHorizontal, IconRoute } from '@tabler/icons-react';
import type { Box } from '../../shared/tracks.ts';
import type { DistanceUnits } from '../journey/units.ts';
import { ChooseMap } from './choose-map.tsx';
import classes from './map-dock.module.css';
import { MapFilters } from './map-filters.tsx';
import type { MapSearch } from './map-search.ts';
import { MapTime, rangeWords, totalWords } from './map-time.tsx';
import { DrawButton, HeatSwitch, PlacesLink } from './map-tools.tsx';
import type { MapWindow } from './map-types.ts';
import { t } from './texts.ts';
import type { ArchiveMonths } from './use-archive-months.ts';
import type { ArchiveTime } from './use-chosen-archive.ts';
import type { SearchChange } from './use-map-search.ts';

interface MapDockProps {
  search: MapSearch;
  setSearch: (change: SearchChange) => void;
  isDrawing: boolean;
  onDraw: () => void;
  time: ArchiveTime | null;
  archive: ArchiveMonths;
  units: DistanceUnits;
  shown: MapWindow | null;
  onLook: (box: Box) => void;
}

/** Under the map of a phone: what is shown, and a drawer with the slider and everything else. */
export function MapDock(props: MapDockProps) {
  const { time, archive, units, isDrawing, onDraw } = props;
  const [isOpen, { open, close }] = useDisclosure(false);
  const totals = time && archive.isWhole ? totalWords(time, units) : '';
  return (
    <div className={classes.dock}>
      <button type="button" className={classes.filters} aria-haspopup="dialog" onClick={open}>
        <IconAdjustmentsHorizontal size={20} aria-hidden />
        <span className={classes.words}>
          <span className={classes.what}>{t('filters')}</span>
          {time && (
            <span className={classes.now}>
              {totals === '' ? rangeWords(time) : t('timeAndTotals', { time: rangeWords(time), totals })}
            </span>
          )}
        </span>
      </button>
      <DrawButton isDrawing={isDrawing} onDraw={onDraw} />
      <Drawer
        opened={isOpen}
        onClose={close}
        position="bottom"
        size="auto"
        title={t('filters')}
        closeButtonProps={{ 'aria-label': t('close'), size: 'xl' }}
        overlayProps={{ backgroundOpacity: 0 }}
        classNames={{
          inner: classes.drawerInner ?? '',
          content: classes.drawer ?? '',
          header: classes.drawerHead ?? '',
        }}
      >
        <Contents {...props} onDone={close} />
      </Drawer>
    </div>
  );
}

function Contents(props: MapDockProps & { onDone: () => void }) {
  const { search, setSearch, time, archive, units, shown, onLook, onDone } = props;
  const lookAround = () => {
    if (shown) onLook(shown.box);
    onDone();
  };
  return (
    <div className={classes.contents}>
      {time && <MapTime time={time} archive={archive} units={units} />}
      <MapFilters search={search} onChange={setSearch} />
      <HeatSwitch search={search} setSearch={setSearch} />
      <p className={classes.hint}>{t('howToFindWhy')}</p>
      <div className={classes.row}>
        <Button
          variant="default"
          disabled={!shown}
          leftSection={<IconRoute size={18} aria-hidden />}
          onClick={lookAround}
        >
          {t('allInView')}
        </Button>
        <ChooseMap />
        <PlacesLink />
      </div>
    </div>
  );
}
