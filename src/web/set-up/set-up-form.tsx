import { useState } from 'react';
import type { SetUpStep, SetUpView } from '../../shared/set-up.ts';
import { EntryFrame } from '../entry/entry-frame.tsx';
import { CameraStep } from './camera-step.tsx';
import { KeepStep } from './keep-step.tsx';
import { OutsideStep } from './outside-step.tsx';
import { PasswordStep } from './password-step.tsx';
import { stepAfter, stepBefore } from './set-up-plan.ts';
import classes from './set-up.module.css';
import { Steps } from './steps.tsx';
import { StorageStep } from './storage-step.tsx';
import { t } from './texts.ts';
import { useSetUp, type SetUp } from './use-set-up.ts';
import { ZoneStep } from './zone-step.tsx';

export interface StepProps {
  view: SetUpView;
  setUp: SetUp;
  onNext: () => void;
  /** Null on the first. */
  onBack: (() => void) | null;
}

interface SetUpFormProps {
  view: SetUpView;
  silent: string | null;
  onDone: (() => void) | undefined;
}

/** One question after another, each with a way back. */
export function SetUpForm({ view: fresh, silent, onDone }: SetUpFormProps) {
  // What the server knows anew must not overwrite what is being typed.
  const [view] = useState(fresh);
  const setUp = useSetUp(view);
  const { step, furthest, go } = setUp;
  const before = stepBefore(step);
  const props: StepProps = {
    view,
    setUp,
    onNext: () => go(stepAfter(step)),
    onBack: before && (() => go(before)),
  };
  return (
    <EntryFrame
      key={step}
      title={t(`title_${step}`)}
      silent={silent}
      isWide
      lead={<Steps step={step} furthest={furthest} onGo={go} />}
    >
      <Notes view={view} step={step} isUnsaved={setUp.isUnsaved} />
      <Step {...props} onDone={onDone} />
      {onDone && (
        <p>
          <a href="/">{t('notNow')}</a>
        </p>
      )}
    </EntryFrame>
  );
}

function Step({ onDone, ...props }: StepProps & { onDone: (() => void) | undefined }) {
  switch (props.setUp.step) {
    case 'camera':
      return <CameraStep {...props} />;
    case 'storage':
      return <StorageStep {...props} />;
    case 'zone':
      return <ZoneStep {...props} />;
    case 'keep':
      return <KeepStep {...props} />;
    case 'outside':
      return <OutsideStep {...props} />;
    case 'password':
      return <PasswordStep {...props} onDone={onDone} />;
  }
}

function Notes({ view, step, isUnsaved }: { view: SetUpView; step: SetUpStep; isUnsaved: boolean }) {
  const isFirst = step === 'camera';
  return (
    <>
      {isFirst && view.isTakenOver && <p className={classes.note}>{t('takenOver')}</p>}
      {view.isResumed && step === view.draft.step && <p className={classes.note}>{t('resumed')}</p>}
      {isUnsaved && (
        <p className={classes.note} data-tone="amber">
          {t('notKept')}
        </p>
      )}
    </>
  );
}
