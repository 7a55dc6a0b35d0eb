import { NativeSelect } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useState } from 'react';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { SkeletonRows } from '../ui/skeletons.tsx';
import { EmptyState, QueryView } from '../ui/states.tsx';
import { FolderPanel } from './folder-panel.tsx';
import { ImportCard } from './import-card.tsx';
import classes from './import-page.module.css';
import { inListOrder } from './import-plan.ts';
import { t } from './texts.ts';
import { UploadPanel } from './upload-panel.tsx';

/** Recordings that come from elsewhere than a camera: a card, a folder, another device. */
export function ImportPage() {
  const imports = useRoute(routes.listImports);
  const [cameraId, setCameraId] = useState<number | null>(null);
  return (
    <div className={classes.page}>
      <CameraChoice value={cameraId} onChange={setCameraId} />
      <div className={classes.ways}>
        <UploadPanel cameraId={cameraId} />
        <FolderPanel cameraId={cameraId} />
      </div>
      <QueryView query={imports} what={t('theImports')} skeleton={<SkeletonRows count={2} form="card" />}>
        {(data) =>
          data.imports.length === 0 ? (
            <NoImports />
          ) : (
            <ul className={classes.imports} aria-label={t('imports')}>
              {inListOrder(data.imports).map((one) => (
                <li key={one.id}>
                  <ImportCard one={one} />
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </div>
  );
}

interface CameraChoiceProps {
  value: number | null;
  onChange: (cameraId: number | null) => void;
}

/** Whose recordings they are is only a question where there are several cameras. */
function CameraChoice({ value, onChange }: CameraChoiceProps) {
  const cameras = useRoute(routes.listCameras).data?.cameras ?? [];
  if (cameras.length < 2) return null;
  return (
    <NativeSelect
      className={classes.camera ?? ''}
      label={t('whichCamera')}
      description={t('whichCameraHelp')}
      data={[
        { value: '', label: t('toldByNames') },
        ...cameras.map(({ id, name }) => ({ value: String(id), label: name })),
      ]}
      value={value === null ? '' : String(value)}
      onChange={(event) => onChange(Number(event.currentTarget.value) || null)}
    />
  );
}

function NoImports() {
  return (
    <EmptyState icon={<IconFileImport size={28} stroke={1.6} />} title={t('noImports')}>
      {t('noImportsWhy')}
    </EmptyState>
  );
}
