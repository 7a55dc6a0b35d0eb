import { NativeSelect, TextInput } from '@mantine/core';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { localToday } from '../format.ts';
import { useNow } from '../ui/use-now.ts';
import classes from './map-filters.module.css';
import type { MapSearch } from './map-search.ts';
import { t } from './texts.ts';

interface MapFiltersProps {
  search: MapSearch;
  onChange: (change: {
    from?: string | undefined;
    to?: string | undefined;
    camera?: number | undefined;
  }) => void;
}

/** Which days, and which camera where there are several. */
export function MapFilters({ search, onChange }: MapFiltersProps) {
  const cameras = useRoute(routes.getStatus).data?.cameras ?? [];
  const today = localToday(useNow());
  return (
    <>
      <div className={classes.days}>
        <TextInput
          type="date"
          aria-label={t('fromDay')}
          value={search.from ?? ''}
          max={search.to ?? today}
          onChange={(event) => onChange({ from: event.currentTarget.value || undefined })}
        />
        <span aria-hidden>{t('daysTo')}</span>
        <TextInput
          type="date"
          aria-label={t('toDay')}
          value={search.to ?? ''}
          min={search.from ?? ''}
          max={today}
          onChange={(event) => onChange({ to: event.currentTarget.value || undefined })}
        />
      </div>
      {cameras.length > 1 && (
        <NativeSelect
          aria-label={t('camera')}
          value={String(search.camera ?? '')}
          data={[
            { value: '', label: t('allCameras') },
            ...cameras.map(({ id, name }) => ({ value: String(id), label: name })),
          ]}
          onChange={(event) => onChange({ camera: Number(event.currentTarget.value) || undefined })}
        />
      )}
    </>
  );
}
