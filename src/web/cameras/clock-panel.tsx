import { NativeSelect } from '@mantine/core';
import type { Camera } from '../../shared/cameras.ts';
import type { CameraClock, CameraClockPatch } from '../../shared/clock.ts';
import { routes } from '../../shared/routes.ts';
import { useAction, useRoute } from '../api.ts';
import { Facts } from '../ui/facts.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { failed } from '../ui/toasts.ts';
import { undoToast } from '../ui/undo-toast.tsx';
import classes from './clock-panel.module.css';
import { ClockShifts } from './clock-shifts.tsx';
import { confidenceWords, gpsClockSentence, observedWords, zoneChoices } from './clock-words.ts';
import { t } from './texts.ts';

/** What is known of a camera's clock; read when it is opened. */
export function ClockPanel({ camera }: { camera: Camera }) {
  const clock = useRoute(routes.getCameraClock, { params: { id: camera.id } });
  return (
    <div className={classes.panel}>
      <h3 className={classes.title}>{t('clock')}</h3>
      <QueryView query={clock} what={t('theClock')} skeleton={<SkeletonLines widths={[60, 80, 50]} />}>
        {(data) => <Clock clock={data} />}
      </QueryView>
    </div>
  );
}

function Clock({ clock }: { clock: CameraClock }) {
  const change = useChange(clock);
  return (
    <div className={classes.body}>
      {clock.isPending && <output className={classes.pending}>{t('timesPending')}</output>}
      <Facts
        facts={[
          [t('gpsTime'), gpsClockSentence(clock)],
          [t('besideGps'), observedWords(clock)],
          [t('timesKnown'), confidenceWords(clock.captures)],
        ]}
      />
      <div className={classes.choices}>
        <NativeSelect
          label={t('gpsTimeIs')}
          description={t('gpsTimeHelp')}
          inputWrapperOrder={['label', 'input', 'description']}
          value={clock.isGpsClockSet ? clock.gpsClock : ''}
          data={[
            { value: '', label: t('foundOut') },
            { value: 'utc', label: t('utc') },
            { value: 'local', label: t('camerasClock') },
          ]}
          onChange={(event) => change({ gpsClock: gpsClockOf(event.currentTarget.value) })}
        />
        <ZoneChoice clock={clock} onChange={(zone) => change({ zone })} />
      </div>
      <ClockShifts clock={clock} />
    </div>
  );
}

function gpsClockOf(value: string): 'utc' | 'local' | null {
  return value === 'utc' || value === 'local' ? value : null;
}

interface ZoneChoiceProps {
  clock: CameraClock;
  onChange: (zone: string | null) => void;
}

function ZoneChoice({ clock, onChange }: ZoneChoiceProps) {
  return (
    <NativeSelect
      label={t('zone')}
      description={t('zoneHelp')}
      inputWrapperOrder={['label', 'input', 'description']}
      value={clock.zone ?? ''}
      data={zoneChoices(clock.installationZone, clock.zone, Intl.supportedValuesOf('timeZone'))}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  );
}

/** Saves at once, with a way back to what was set before. */
function useChange(clock: CameraClock): (patch: CameraClockPatch) => void {
  const choices = { refetch: [routes.getCameraClock], onError: failed(t('clockNotChanged')) };
  const undo = useAction(routes.updateCameraClock, choices);
  const update = useAction(routes.updateCameraClock, choices);
  const params = { id: clock.cameraId };
  const before = {
    gpsClock: clock.isGpsClockSet ? gpsClockOf(clock.gpsClock) : null,
    zone: clock.zone,
  };
  return (body) =>
    update.mutate(
      { params, body },
      {
        onSuccess: () => undoToast(t('savedTimes'), () => undo.mutate({ params, body: before })),
      },
    );
}
