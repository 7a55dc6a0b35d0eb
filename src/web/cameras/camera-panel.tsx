import { Button, Switch } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Camera } from '../../shared/cameras.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { formatInstant, fullStop } from '../format.ts';
import { listingWords } from '../home/home-words.ts';
import { Light } from '../ui/chips.tsx';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { failed } from '../ui/toasts.ts';
import { useNow } from '../ui/use-now.ts';
import { cameraState, cameraTone, hasAddress, modelWords, recordingWords } from '../words.ts';
import { AcceptCamera } from './accept-camera.tsx';
import classes from './camera-panel.module.css';
import { formatCost, notesTitle } from './camera-words.ts';
import { CarChoices } from './car-choices.tsx';
import { ClockPanel } from './clock-panel.tsx';
import { FetchRules } from './fetch-rules.tsx';
import { ForecastLine } from './forecast-line.tsx';
import { cardWords } from './forecast-words.ts';
import { EditCamera } from './edit-camera.tsx';

/** One camera with all that is known of it. */
export function CameraPanel({ camera }: { camera: Camera }) {
  const isKnown = hasAddress(camera);
  // Without an address there is one thing to do, so its form is open.
  const [isEditing, { toggle, close }] = useDisclosure(!isKnown);
  const now = useNow();
  const { acceptedAt } = camera.identity;
  const when = (instant: number | null, never: string) =>
    instant === null ? never : formatInstant(instant, now);
  return (
    <Panel
      title={camera.name}
      actions={
        <>
          {isKnown && <EnabledSwitch camera={camera} />}
          <ChangeButton isKnown={isKnown} isEditing={isEditing} onClick={toggle} />
        </>
      }
    >
      <div className={classes.body}>
        <p className={classes.state}>
          <Light tone={cameraTone(camera)} />
          {cameraState(camera, now)}
        </p>
        {camera.message && <p>{fullStop(camera.message)}</p>}
        {camera.activity === 'stranger' && <AcceptCamera camera={camera} />}
        <ForecastLine camera={camera} />
        {isEditing && <EditCamera camera={camera} onSaved={close} />}
        <Facts
          facts={[
            ['Model', modelWords(camera) ?? 'Not known yet'],
            ['Recording', recordingWords(camera.recording)],
            ['Address', isKnown ? camera.address : 'Not known yet'],
            ['Other address', camera.alternativeAddress],
            ['Wi-Fi', camera.identity.wifiMac],
            ['Bluetooth', camera.identity.bluetoothMac],
            ['Taken for it by you', acceptedAt === null ? null : formatInstant(acceptedAt, now)],
            ['Last heard of', when(camera.lastContactAt, 'Never')],
            ['Last clip archived', when(camera.lastArchivedAt, 'None yet')],
            ['On the card', listingWords(camera.lastListing, now)],
            ['Card', cardWords(camera.forecast)],
            ['Time to read the card', camera.lastListing && formatCost(camera.lastListing.costMs)],
          ]}
        />
        {isKnown && <Choices camera={camera} />}
        <Notes notes={camera.lastListing?.notes ?? []} />
      </div>
    </Panel>
  );
}

function Choices({ camera }: { camera: Camera }) {
  return (
    <>
      <FetchRules camera={camera} />
      <CarChoices camera={camera} />
      <ClockPanel camera={camera} />
    </>
  );
}

interface ChangeButtonProps {
  isKnown: boolean;
  isEditing: boolean;
  onClick: () => void;
}

function ChangeButton({ isKnown, isEditing, onClick }: ChangeButtonProps) {
  const isUrgent = !isKnown && !isEditing;
  const word = isUrgent ? 'Type its address' : 'Change';
  return (
    <Button variant={isUrgent ? 'filled' : 'default'} onClick={onClick} aria-expanded={isEditing}>
      {isEditing ? 'Done' : word}
    </Button>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <details className={classes.notes}>
      <summary>{notesTitle(notes.length)}</summary>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </details>
  );
}

function EnabledSwitch({ camera }: { camera: Camera }) {
  const update = useAction(routes.updateCamera, {
    refetch: [routes.listCameras, routes.getStatus],
    onError: failed('The camera could not be changed'),
  });
  const shown = update.isPending ? !camera.enabled : camera.enabled;
  return (
    <Switch
      className={classes.switch ?? ''}
      label="Fetch from it"
      labelPosition="left"
      checked={shown}
      disabled={update.isPending}
      onChange={() => update.mutate({ params: { id: camera.id }, body: { enabled: !camera.enabled } })}
    />
  );
}
