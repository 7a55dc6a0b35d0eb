import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { AddCameraForm } from './add-camera-form.tsx';
import { CameraPanel } from './camera-panel.tsx';
import classes from './cameras-page.module.css';
import { FirstRun } from './first-run.tsx';
import { t } from './texts.ts';

/** The cameras: what they are, where they are, what their cards hold. */
export function CamerasPage() {
  const cameras = useRoute(routes.listCameras);
  const [isAdding, { open, close }] = useDisclosure(false);
  return (
    <div className={classes.page}>
      <QueryView query={cameras} what={t('theCameras')} skeleton={<CamerasSkeleton />}>
        {(data) =>
          data.cameras.length === 0 ? (
            <FirstRun />
          ) : (
            <>
              {data.cameras.map((camera) => (
                <CameraPanel key={camera.id} camera={camera} />
              ))}
              {isAdding ? (
                <Panel title={t('anotherCamera')}>
                  <AddCameraForm onAdded={close} onCancel={close} />
                </Panel>
              ) : (
                <div>
                  <Button variant="default" leftSection={<IconPlus size={17} />} onClick={open}>
                    {t('addACamera')}
                  </Button>
                </div>
              )}
            </>
          )
        }
      </QueryView>
    </div>
  );
}

function CamerasSkeleton() {
  return (
    <Panel title={t('camera')}>
      <SkeletonLines widths={[35, 60, 50, 45]} />
    </Panel>
  );
}
