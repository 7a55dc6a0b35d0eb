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

/** What is known of a camera's clock; read when it is opened. */
export function ClockPanel({ camera }: { camera: Camera }) {
  const clock = useRoute(routes.getCameraClock, { params: { id: camera.id } });
  return (
    <div className={classes.panel}>
      <h3 className={classes.title}>Clock</h3>
      <QueryView query={clock} what="The clock" skeleton={<SkeletonLines widths={[60, 80, 50]} />}>
        {(data) => <Clock clock={data} />}
      </QueryView>
    </div>
  );
}

function Clock({ clock }: { clock: CameraClock }) {
  const change = useChange(clock);
  return (
    <div className={classes.body}>
      {clock.isPending && <output className={classes.pending}>Times are being worked out anew.</output>}
      <Facts
        facts={[
          ['Time in its GPS records', gpsClockSentence(clock)],
          ['Its clock, beside GPS', observedWords(clock)],
          ['Times known', confidenceWords(clock.captures)],
        ]}
      />
      <div className={classes.choices}>
        <NativeSelect
          label="Time in its GPS records is"
          description="Found out by comparing names and positions of several clips"
          inputWrapperOrder={['label', 'input', 'description']}
          value={clock.isGpsClockSet ? clock.gpsClock : ''}
          data={[
            { value: '', label: 'Found out by itself' },
            { value: 'utc', label: 'UTC' },
            { value: 'local', label: 'The camera’s own clock' },
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
      label="Zone of its clock"
      description="In which the times in its file names are read, where no position says better"
      inputWrapperOrder={['label', 'input', 'description']}
      value={clock.zone ?? ''}
      data={zoneChoices(clock.installationZone, clock.zone, Intl.supportedValuesOf('timeZone'))}
      onChange={(event) => onChange(event.currentTarget.value || null)}
    />
  );
}

/** Saves at once, with a way back to what was set before. */
function useChange(clock: CameraClock): (patch: CameraClockPatch) => void {
  const choices = { refetch: [routes.getCameraClock], onError: failed('The clock could not be changed') };
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
        onSuccess: () =>
          undoToast('Saved. Times are worked out anew.', () => undo.mutate({ params, body: before })),
      },
    );
}
