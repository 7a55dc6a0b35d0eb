import { NativeSelect, Switch } from '@mantine/core';
import { useId } from 'react';
import type { Camera } from '../../shared/cameras.ts';
import { fetchRuleSchema, type Connection, type FetchRule } from '../../shared/queue.ts';
import type { RouteInput } from '../../shared/route.ts';
import { routes } from '../../shared/routes.ts';
import { useAction } from '../api.ts';
import { failed, toast } from '../ui/toasts.ts';
import { undoToast } from '../ui/undo-toast.tsx';
import classes from './fetch-rules.module.css';
import { ruleChoices, ruleEffect } from './rule-words.ts';
import { t } from './texts.ts';

type Patch = RouteInput<typeof routes.updateCamera>['body'];

/** What is fetched over which connection, and how much at one time; saved at once, with a way back. */
export function FetchRules({ camera }: { camera: Camera }) {
  const change = useChange(camera);
  return (
    <div className={classes.rules}>
      <RuleChoice camera={camera} connection="main" onChange={(mainRule) => change({ mainRule })} />
      {camera.alternativeAddress !== null && (
        <RuleChoice
          camera={camera}
          connection="alternative"
          onChange={(alternativeRule) => change({ alternativeRule })}
        />
      )}
      <Parallel camera={camera} onChange={(parallel) => change({ parallel })} />
    </div>
  );
}

function useChange(camera: Camera): (patch: Patch) => void {
  const refetch = [routes.listCameras, routes.getStatus, routes.getQueue];
  const onError = failed(t('cameraNotChanged'));
  const undo = useAction(routes.updateCamera, { refetch, onSuccess: () => toast(t('takenBack')), onError });
  const update = useAction(routes.updateCamera, { refetch, onError });
  const { mainRule, alternativeRule, parallel, id } = camera;
  return (patch) =>
    update.mutate(
      { params: { id }, body: patch },
      {
        onSuccess: () =>
          undoToast(t('saved'), () =>
            undo.mutate({ params: { id }, body: { mainRule, alternativeRule, parallel } }),
          ),
      },
    );
}

interface RuleChoiceProps {
  camera: Camera;
  connection: Connection;
  onChange: (rule: FetchRule) => void;
}

function RuleChoice({ camera, connection, onChange }: RuleChoiceProps) {
  const isMain = connection === 'main';
  const hasOther = camera.alternativeAddress !== null;
  const by = isMain ? 'fetchedByMain' : 'fetchedByOther';
  return (
    <NativeSelect
      label={t(hasOther ? by : 'fetchedFromIt')}
      description={ruleEffect(camera, connection)}
      inputWrapperOrder={['label', 'input', 'description']}
      data={ruleChoices()}
      value={isMain ? camera.mainRule : camera.alternativeRule}
      onChange={(event) => onChange(fetchRuleSchema.parse(event.currentTarget.value))}
    />
  );
}

function Parallel({ camera, onChange }: { camera: Camera; onChange: (parallel: number) => void }) {
  const id = useId();
  const isTwo = camera.parallel === 2;
  return (
    <div className={classes.parallel}>
      <Switch
        label={t('twoAtATime')}
        checked={isTwo}
        aria-describedby={id}
        onChange={() => onChange(isTwo ? 1 : 2)}
      />
      <p className={classes.caution} id={id} data-on={isTwo || undefined}>
        {t('twoAtATimeHelp')}
      </p>
    </div>
  );
}
