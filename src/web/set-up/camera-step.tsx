import { TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { TestResult } from '../cameras/test-result.tsx';
import type { StepProps } from './set-up-form.tsx';
import type { CameraMove } from './set-up-plan.ts';
import classes from './set-up.module.css';
import { StepButtons } from './step-buttons.tsx';
import { t } from './texts.ts';
import { useCameraAnswer, type CameraAnswer } from './use-camera-answer.ts';

const ownWifiAddress = '192.168.1.254';

/** The camera's address, tried for real before it is used. */
export function CameraStep({ setUp, onNext, onBack }: StepProps) {
  const answer = useCameraAnswer(setUp);
  const { address, move, test } = answer;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (move === 'test') return answer.tryIt(address);
    answer.use();
    onNext();
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <p className={classes.help}>{t('cameraHelp')}</p>
      <Address answer={answer} />
      <div aria-live="polite">
        <TestResult test={test.data} error={test.error} />
      </div>
      {move !== 'later' && move !== 'test' && (
        <TextInput
          label={t('cameraName')}
          description={t('cameraNameHelp')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={answer.name}
          maxLength={60}
          onChange={(event) => answer.setName(event.currentTarget.value)}
        />
      )}
      <StepButtons onBack={onBack} next={moveWords(move)} isBusy={test.isPending} />
    </form>
  );
}

function Address({ answer }: { answer: CameraAnswer }) {
  const { address, problem, type, tryIt } = answer;
  const tryOwnWifi = () => {
    type(ownWifiAddress);
    tryIt(ownWifiAddress);
  };
  return (
    <>
      <TextInput
        label={t('address')}
        description={t('addressHelp')}
        placeholder={ownWifiAddress}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={address}
        error={problem}
        errorProps={{ role: 'alert' }}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        inputMode="url"
        onChange={(event) => type(event.currentTarget.value)}
      />
      {address === '' && (
        <button type="button" className={classes.link} onClick={tryOwnWifi}>
          {t('tryOwnWifi', { address: ownWifiAddress })}
        </button>
      )}
    </>
  );
}

function moveWords(move: CameraMove): string {
  switch (move) {
    case 'later':
      return t('later');
    case 'test':
      return t('testAddress');
    case 'anyway':
      return t('useAnyway');
    case 'next':
      return t('next');
  }
}
