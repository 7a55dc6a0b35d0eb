import { Button, Modal, Radio, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMap } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { fieldErrors } from '../field-errors.ts';
import { toast } from '../ui/toasts.ts';
import { choiceOf, choices, patchOf, type Choice } from './choose-map-plan.ts';
import classes from './choose-map.module.css';
import type { MapBase } from './ground-plan.ts';
import { t } from './texts.ts';
import { useMapBase } from './use-map-base.ts';

/** A button to choose what lies under the tracks: choosing a server is agreeing that it is asked. */
export function ChooseMap() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const base = useMapBase()?.base;
  if (!base) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconMap size={18} aria-hidden />} onClick={open}>
        {t(base.mapSource === 'outline' ? 'chooseMap' : 'changeMap')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={t('chooseMapTitle')}
        size="lg"
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <ChooseMapForm base={base} onDone={close} />
      </Modal>
    </>
  );
}

function ChooseMapForm({ base, onDone }: { base: MapBase; onDone: () => void }) {
  const [choice, setChoice] = useState<Choice>(() => choiceOf(base));
  const save = useAction(routes.updateSettings, {
    refetch: [routes.getSettings],
    onSuccess: () => {
      toast(t('mapChosen'));
      onDone();
    },
  });
  const errors = fieldErrors(save.error, ['mapUrl', 'mapAttribution']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ body: patchOf(choice) });
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <Radio.Group
        value={choice.name}
        onChange={(name) => setChoice({ ...choice, name })}
        aria-label={t('map')}
      >
        <div className={classes.choices}>
          {choices.map((name) => (
            <Radio
              key={name}
              value={name}
              label={t(name)}
              description={t(`${name}Means`)}
              classNames={{ description: classes.means ?? '' }}
            />
          ))}
        </div>
      </Radio.Group>
      {(choice.name === 'vector' || choice.name === 'raster') && (
        <Address choice={choice} onChange={setChoice} errors={errors.fields} />
      )}
      {errors.rest !== null && (
        <p className={classes.error} role="alert">
          {errors.rest}
        </p>
      )}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onDone}>
          {t('cancel')}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {t('useMap')}
        </Button>
      </div>
    </form>
  );
}

interface AddressProps {
  choice: Choice;
  onChange: (choice: Choice) => void;
  errors: Record<string, string>;
}

function Address({ choice, onChange, errors }: AddressProps) {
  const isPictures = choice.name === 'raster';
  return (
    <div className={classes.address}>
      <TextInput
        label={t('address')}
        description={t(isPictures ? 'picturesAddress' : 'vectorAddress')}
        value={choice.url}
        required
        withAsterisk={false}
        type="text"
        inputMode="url"
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        error={errors['mapUrl']}
        onChange={(event) => onChange({ ...choice, url: event.currentTarget.value })}
      />
      <TextInput
        label={t('credit')}
        description={t('creditWhy')}
        value={choice.credit}
        error={errors['mapAttribution']}
        onChange={(event) => onChange({ ...choice, credit: event.currentTarget.value })}
      />
    </div>
  );
}
