import { Button, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTrash } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { Camera } from '../../shared/cameras.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { fieldErrors } from '../field-errors.ts';
import { Confirm } from '../ui/confirm.tsx';
import { toast } from '../ui/toasts.ts';
import { hasAddress } from '../words.ts';
import classes from './edit-camera.module.css';
import { t } from './texts.ts';

/** An address is not prose: keyboards leave it as it is typed. */
const asTyped = { autoCapitalize: 'none', autoComplete: 'off', spellCheck: false } as const;
const affected = [routes.listCameras, routes.getStatus];

/** Name and addresses of a camera, and its removal. */
export function EditCamera({ camera, onSaved }: { camera: Camera; onSaved: () => void }) {
  const [name, setName] = useState(camera.name);
  const [address, setAddress] = useState(camera.address);
  const isKnown = hasAddress(camera);
  const [other, setOther] = useState(camera.alternativeAddress ?? '');
  const update = useUpdate(isKnown, onSaved);
  const errors = fieldErrors(update.error, ['name', 'address', 'alternativeAddress']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const alternativeAddress = other.trim() === '' ? null : other;
    const body = { name, address, alternativeAddress, ...(!isKnown && { enabled: true }) };
    update.mutate({ params: { id: camera.id }, body });
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <div className={classes.fields}>
        <TextInput
          label={t('name')}
          value={name}
          maxLength={60}
          required
          withAsterisk={false}
          error={errors.fields['name']}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('address')}
          placeholder="192.168.1.254"
          value={address}
          required
          withAsterisk={false}
          {...asTyped}
          error={errors.fields['address']}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <TextInput
          label={t('otherAddress')}
          placeholder={t('none')}
          description={t('otherAddressHelp')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={other}
          {...asTyped}
          error={errors.fields['alternativeAddress']}
          onChange={(event) => setOther(event.currentTarget.value)}
        />
      </div>
      <Refusal message={errors.rest} />
      <div className={classes.buttons}>
        <Button type="submit" loading={update.isPending}>
          {t(isKnown ? 'save' : 'saveAndFetch')}
        </Button>
        <RemoveButton camera={camera} />
      </div>
    </form>
  );
}

/** Saves what was typed; the first address of a camera turns it on as well. */
function useUpdate(isKnown: boolean, onSaved: () => void) {
  return useAction(routes.updateCamera, {
    refetch: affected,
    onSuccess: ({ name }) => {
      toast(isKnown ? t('saved') : t('lookedFor', { name }));
      onSaved();
    },
  });
}

function RemoveButton({ camera }: { camera: Camera }) {
  const [opened, { open, close }] = useDisclosure(false);
  const remove = useAction(routes.removeCamera, {
    refetch: affected,
    onSuccess: () => {
      close();
      toast(t('removed', { name: camera.name }));
    },
  });
  return (
    <>
      <Button variant="subtle" color="red" leftSection={<IconTrash size={17} />} onClick={open}>
        {t('remove')}
      </Button>
      <Confirm
        opened={opened}
        onClose={() => {
          close();
          remove.reset();
        }}
        title={t('removeCamera', { name: camera.name })}
        deed={t('remove')}
        danger
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate({ params: { id: camera.id } })}
      >
        <p>{t('removeMeans')}</p>
        <Refusal message={remove.error?.message ?? null} />
      </Confirm>
    </>
  );
}

function Refusal({ message }: { message: string | null }) {
  if (message === null) return null;
  return (
    <p className={classes.error} role="alert">
      {message}
    </p>
  );
}
