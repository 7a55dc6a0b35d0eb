import { Switch, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import type { Camera } from '../../shared/cameras.ts';
import { routes } from '../../shared/routes.ts';
import { useAction, useRoute } from '../api.ts';
import { failed, toast } from '../ui/toasts.ts';
import { vehicleWords } from './camera-words.ts';
import classes from './fetch-rules.module.css';
import { t } from './texts.ts';

/** In which car it is, and whether its tracks are read before its clips. */
export function CarChoices({ camera }: { camera: Camera }) {
  const id = useId();
  const update = useAction(routes.updateCamera, {
    refetch: [routes.listCameras],
    onError: failed(t('cameraNotChanged')),
  });
  const save = (body: Parameters<typeof update.mutate>[0]['body'], words: string) =>
    update.mutate({ params: { id: camera.id }, body }, { onSuccess: () => toast(words) });
  const { mainTriage, alternativeTriage, alternativeAddress } = camera;
  const hasOther = alternativeAddress !== null;
  return (
    <div className={classes.rules}>
      <Vehicle
        key={camera.vehicle}
        camera={camera}
        onSave={(vehicle) => save({ vehicle }, t('savedJourneys'))}
      />
      <div className={classes.parallel}>
        <Switch
          label={t(hasOther ? 'tracksFirstMain' : 'tracksFirst')}
          checked={mainTriage}
          disabled={update.isPending}
          aria-describedby={id}
          onChange={() => save({ mainTriage: !mainTriage }, t('saved'))}
        />
        {hasOther && (
          <Switch
            label={t('tracksFirstOther')}
            checked={alternativeTriage}
            disabled={update.isPending}
            aria-describedby={id}
            onChange={() => save({ alternativeTriage: !alternativeTriage }, t('saved'))}
          />
        )}
        <p className={classes.caution} id={id}>
          {t('tracksFirstHelp')}
        </p>
      </div>
    </div>
  );
}

interface VehicleProps {
  camera: Camera;
  onSave: (vehicle: string | null) => void;
}

function Vehicle({ camera, onSave }: VehicleProps) {
  const [text, setText] = useState(camera.vehicle ?? '');
  const cameras = useRoute(routes.listCameras).data?.cameras ?? [];
  const id = useId();
  const others = cameras.flatMap((each) => (each.id !== camera.id && each.vehicle ? [each.vehicle] : []));
  const save = () => {
    const vehicle = text.trim() === '' ? null : text.trim();
    if (vehicle !== camera.vehicle) onSave(vehicle);
  };
  return (
    <>
      <TextInput
        label={t('car')}
        placeholder={t('carOfItsOwn')}
        description={vehicleWords(camera, cameras)}
        inputWrapperOrder={['label', 'input', 'description']}
        value={text}
        maxLength={60}
        autoComplete="off"
        list={id}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
      <datalist id={id}>
        {[...new Set(others)].map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </datalist>
    </>
  );
}
