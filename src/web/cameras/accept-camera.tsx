import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Camera } from '../../shared/cameras.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { Confirm } from '../ui/confirm.tsx';
import { failed, toast } from '../ui/toasts.ts';
import { acceptCameraWords } from './rule-words.ts';
import { t } from './texts.ts';

/** For a device that is not the camera as it was known: the way to say that it is, after all. */
export function AcceptCamera({ camera }: { camera: Camera }) {
  const [opened, { open, close }] = useDisclosure(false);
  const accept = useAction(routes.acceptCamera, {
    refetch: [routes.listCameras, routes.getStatus],
    onSuccess: ({ name }) => {
      close();
      toast(t('isNowCamera', { name }));
    },
    onError: failed(t('notAccepted')),
  });
  return (
    <div>
      <Button onClick={open}>{t('itIsThisCamera')}</Button>
      <Confirm
        opened={opened}
        onClose={close}
        title={t('isThisCamera', { name: camera.name })}
        deed={t('itIsThisCamera')}
        isBusy={accept.isPending}
        onConfirm={() => accept.mutate({ params: { id: camera.id } })}
      >
        {acceptCameraWords(camera).map((text) => (
          <p key={text}>{text}</p>
        ))}
      </Confirm>
    </div>
  );
}
