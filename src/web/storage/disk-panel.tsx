import { Button, SegmentedControl } from '@mantine/core';
import { IconRulerMeasure } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { routes } from '../../shared/routes.ts';
import type { Settings } from '../../shared/settings.ts';
import type { Storage } from '../../shared/storage.ts';
import { useAction } from '../api.ts';
import { formatInstant, fullStop } from '../format.ts';
import { volumeTitle, volumeTone } from '../home/home-words.ts';
import { Light } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { failed } from '../ui/toasts.ts';
import { useNow } from '../ui/use-now.ts';
import classes from './disk-panel.module.css';
import { DiskPicture } from './disk-picture.tsx';
import { diskLimits, diskPicture, groupings, groupingWords, type Grouping } from './disk-plan.ts';
import {
  archiveWords,
  configWords,
  forecastWords,
  fullnessWords,
  measureObstacle,
  measureWords,
  quotaWords,
  type ConfigDisk,
} from './disk-words.ts';
import type { CameraNames } from './why-words.ts';
import { t } from './texts.ts';

interface DiskPanelProps {
  storage: Storage;
  /** Null while they are not known. */
  settings: Settings | null;
  names: CameraNames;
}

/** What the disk is full of, how full, and when it will be full. */
export function DiskPanel({ storage, settings, names }: DiskPanelProps) {
  const now = useNow();
  const [by, setBy] = useState<Grouping>('kind');
  const picture = diskPicture(storage, by, names);
  const limits = diskLimits(picture, storage.quota?.limitBytes ?? null, settings);
  return (
    <Panel
      title={t('whatFills')}
      actions={
        storage.cells.length > 0 && (
          <SegmentedControl
            size="xs"
            aria-label={t('archiveBy')}
            data={groupings.map((each) => ({ value: each, label: groupingWords[each] }))}
            value={by}
            onChange={setBy}
          />
        )
      }
    >
      <div className={classes.body}>
        <div>
          {storage.volume.state !== 'ready' && <VolumeLine storage={storage} />}
          <p className={classes.forecast}>{forecastWords(storage.forecast, now)}</p>
          <p className={classes.dim}>
            {[fullnessWords(storage), archiveWords(storage), quotaWords(storage)].filter(Boolean).join(' ')}
          </p>
        </div>
        <DiskPicture picture={picture} limits={limits} />
        <Measuring storage={storage} />
        {storage.config && <ConfigLine config={storage.config} />}
      </div>
    </Panel>
  );
}

/** What is wrong with the volume; the numbers are then those of when it was last seen. */
function VolumeLine({ storage: { volume } }: { storage: Storage }) {
  const now = useNow();
  const seen = volume.checkedAt !== null && t('lookedAt', { time: formatInstant(volume.checkedAt, now) });
  return (
    <p className={classes.volume}>
      <Light tone={volumeTone(volume.state)} />
      <span>
        {fullStop(volumeTitle(volume.state))} {volume.message && fullStop(volume.message)} {seen}
      </span>
    </p>
  );
}

/** What lies in the folder beside the archive is only known from a walk through it. */
function Measuring({ storage }: { storage: Storage }) {
  const id = useId();
  const now = useNow();
  const measure = useAction(routes.measureStorage, {
    refetch: [routes.getStorage],
    onError: failed(t('folderNotMeasured')),
  });
  const obstacle = measureObstacle(storage);
  const isRunning = storage.measure.state === 'running';
  return (
    <div className={classes.measure}>
      <p className={classes.dim} id={id}>
        {measureWords(storage.measure, now)} {!isRunning && obstacle && fullStop(obstacle)}
      </p>
      <Button
        size="xs"
        variant="default"
        className={classes.button ?? ''}
        leftSection={<IconRulerMeasure size={16} aria-hidden />}
        aria-describedby={id}
        disabled={obstacle !== null}
        loading={measure.isPending}
        onClick={() => measure.mutate(undefined)}
      >
        {t('measure')}
      </Button>
    </div>
  );
}

/** The other disk, small: it only has to be large enough. */
function ConfigLine({ config }: { config: ConfigDisk }) {
  const used = config.totalBytes > 0 ? 1 - config.freeBytes / config.totalBytes : 0;
  return (
    <div className={classes.config}>
      <span className={classes.path}>{config.path}</span>
      <span className={classes.small} aria-hidden>
        <span
          className={classes.used}
          style={{ width: `${used * 100}%` }}
          data-full={used > 0.95 || undefined}
        />
      </span>
      <span>{configWords(config)}</span>
    </div>
  );
}
