import { Radio } from '@mantine/core';
import type { FormEvent } from 'react';
import { setUpMaps } from '../../shared/set-up.ts';
import { geocoders } from '../../shared/settings.ts';
import type { StepProps } from './set-up-form.tsx';
import { geocoderServers, mapTitle } from './set-up-plan.ts';
import classes from './set-up.module.css';
import { StepButtons } from './step-buttons.tsx';
import { t } from './texts.ts';

const mapHelp = { outline: 'mapOutlineHelp', osm: 'mapOsmHelp', as_is: 'mapAsIsHelp' } as const;

/** What may be asked of servers of others: each choice with what is sent to whom. Nothing is, unless it is chosen. */
export function OutsideStep({ view, setUp, onNext, onBack }: StepProps) {
  const { draft, change } = setUp;
  const maps = setUpMaps.filter((map) => map !== 'as_is' || view.ownMap !== null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onNext();
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <p className={classes.help}>{t('outsideHelp')}</p>
      <Radio.Group
        label={t('map')}
        value={draft.map}
        onChange={(value) => change({ map: maps.find((map) => map === value) ?? 'outline' })}
      >
        <div className={classes.choices}>
          {maps.map((map) => (
            <Choice key={map} value={map} label={mapTitle(map, view.ownMap)} means={t(mapHelp[map])} />
          ))}
        </div>
      </Radio.Group>
      <Radio.Group
        label={t('names')}
        value={draft.geocoder}
        onChange={(value) => change({ geocoder: geocoders.find((each) => each === value) ?? 'off' })}
      >
        <div className={classes.choices}>
          <Choice value="off" label={t('namesOff')} means={t('namesOffHelp')} />
          <Choice
            value="nominatim"
            label={t('namesNominatim')}
            means={t('namesHelp', { server: geocoderServers.nominatim })}
          />
          <Choice
            value="photon"
            label={t('namesPhoton')}
            means={t('namesHelp', { server: geocoderServers.photon })}
          />
        </div>
      </Radio.Group>
      <StepButtons onBack={onBack} />
    </form>
  );
}

function Choice({ value, label, means }: { value: string; label: string; means: string }) {
  return (
    <Radio
      value={value}
      label={label}
      description={means}
      classNames={{ description: classes.means ?? '' }}
    />
  );
}
