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
import { t } from './texts.ts';

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
            [t('model'), modelWords(camera) ?? t('notKnownYet')],
            [t('recording'), recordingWords(camera.recording)],
            [t('address'), isKnown ? camera.address : t('notKnownYet')],
            [t('otherAddress'), camera.alternativeAddress],
            [t('wifi'), camera.identity.wifiMac],
            [t('bluetooth'), camera.identity.bluetoothMac],
            [t('takenForIt'), acceptedAt === null ? null : formatInstant(acceptedAt, now)],
            [t('lastHeardOf'), when(camera.lastContactAt, t('never'))],
            [t('lastArchived'), when(camera.lastArchivedAt, t('noneYet'))],
            [t('onTheCard'), listingWords(camera.lastListing, now)],
            [t('card'), cardWords(camera.forecast)],
            [t('readingTime'), camera.lastListing && formatCost(camera.lastListing.costMs)],
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
  const word = t(isUrgent ? 'typeItsAddress' : 'change');
  return (
    <Button variant={isUrgent ? 'filled' : 'default'} onClick={onClick} aria-expanded={isEditing}>
      {isEditing ? t('done') : word}
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
    onError: failed(t('cameraNotChanged')),
  });
  const shown = update.isPending ? !camera.enabled : camera.enabled;
  return (
    <Switch
      className={classes.switch ?? ''}
      label={t('fetchFromIt')}
      labelPosition="left"
      checked={shown}
      disabled={update.isPending}
      onChange={() => update.mutate({ params: { id: camera.id }, body: { enabled: !camera.enabled } })}
    />
  );
}
