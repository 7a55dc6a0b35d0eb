import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { Camera, CameraTest } from '../../shared/cameras.ts';
import { cameraAddressSchema } from '../../shared/cameras.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { toast } from '../ui/toasts.ts';
import classes from './add-camera-form.module.css';
import { suggestedName } from './camera-words.ts';
import { TestResult } from './test-result.tsx';
import { t } from './texts.ts';

interface AddCameraFormProps {
  /** One that is known but for its address: it gets this one, and no other is added. */
  camera?: Camera;
  onAdded?: () => void;
  onCancel?: () => void;
}

const affected = [routes.getStatus, routes.listCameras];

/** First the address is tried, then the camera gets its name and is added; one that is away can be added too. */
export function AddCameraForm({ camera, onAdded, onCancel }: AddCameraFormProps) {
  const [address, setAddress] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const test = useAction(routes.testCamera, {});
  const tryIt = (event: FormEvent) => {
    event.preventDefault();
    const parsed = cameraAddressSchema.safeParse(address);
    if (parsed.success) test.mutate({ body: { address: parsed.data } });
    else setProblem(parsed.error.issues[0]?.message ?? t('typeAnAddress'));
  };
  return (
    <div className={classes.form}>
      <form className={classes.line} onSubmit={tryIt}>
        <TextInput
          className={classes.field}
          label={t('address')}
          placeholder="192.168.1.254"
          description={t('addressHelp')}
          value={address}
          error={problem}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          inputMode="url"
          onChange={(event) => {
            setAddress(event.currentTarget.value);
            setProblem(null);
            test.reset();
          }}
        />
        <Button type="submit" variant={test.data ? 'default' : 'filled'} loading={test.isPending}>
          {t('test')}
        </Button>
        {onCancel && (
          <Button variant="subtle" color="gray" onClick={onCancel}>
            {t('cancel')}
          </Button>
        )}
      </form>
      <div aria-live="polite">
        <TestResult test={test.data} error={test.error} />
      </div>
      {(test.data || test.error) &&
        (camera ? (
          <UseAddress camera={camera} address={address} isFound={test.data?.ok === true} />
        ) : (
          <NameAndAdd key={address} address={address} test={test.data} onAdded={onAdded} />
        ))}
    </div>
  );
}

interface UseAddressProps {
  camera: Camera;
  address: string;
  isFound: boolean;
}

function UseAddress({ camera, address, isFound }: UseAddressProps) {
  const update = useAction(routes.updateCamera, {
    refetch: affected,
    onSuccess: () => toast(t('lookedFor', { name: camera.name })),
  });
  return (
    <div className={classes.line}>
      <Button
        variant={isFound ? 'filled' : 'default'}
        loading={update.isPending}
        onClick={() => update.mutate({ params: { id: camera.id }, body: { address, enabled: true } })}
      >
        {t(isFound ? 'useAddress' : 'useAllTheSame')}
      </Button>
      {update.error && (
        <p className={classes.error} role="alert">
          {update.error.message}
        </p>
      )}
    </div>
  );
}

interface NameAndAddProps {
  address: string;
  test: CameraTest | undefined;
  onAdded: (() => void) | undefined;
}

function NameAndAdd({ address, test, onAdded }: NameAndAddProps) {
  const [name, setName] = useState(suggestedName(test));
  const add = useAction(routes.addCamera, {
    refetch: affected,
    onSuccess: (camera) => {
      toast(t('added', { name: camera.name }));
      onAdded?.();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ body: { name, address } });
  };
  return (
    <form className={classes.line} onSubmit={submit}>
      <TextInput
        className={classes.field}
        label={t('name')}
        value={name}
        maxLength={60}
        error={add.error?.message}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button
        type="submit"
        variant={test?.ok ? 'filled' : 'default'}
        loading={add.isPending}
        disabled={name.trim() === ''}
      >
        {t(test?.ok ? 'addThis' : 'addAllTheSame')}
      </Button>
    </form>
  );
}
