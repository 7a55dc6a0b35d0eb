import { useRef } from 'react';
import type { Retention } from '../../shared/retention.ts';
import { routes } from '../../shared/routes.ts';
import type { Settings } from '../../shared/settings.ts';
import { useRoute } from '../api.ts';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { DiskPanel } from './disk-panel.tsx';
import classes from './disk-view.module.css';
import { PreviewPanel } from './preview-panel.tsx';
import { draftPreview } from './preview-plan.ts';
import { RulesPanel } from './rules-panel.tsx';
import { SaveBar } from './save-bar.tsx';
import { SweepPanel } from './sweep-panel.tsx';
import { useDraft } from './use-draft.ts';
import { useCameraNames, usePreview } from './use-storage.ts';
import { t } from './texts.ts';

/** The disk, what deletes from it, and the rules by which it does. */
export function DiskView({ retention }: { retention: Retention }) {
  const names = useCameraNames();
  const storage = useRoute(routes.getStorage);
  const settings = useRoute(routes.getSettings);
  return (
    <div className={classes.view}>
      <QueryView query={storage} what={t('whatFills')} skeleton={<DiskSkeleton />}>
        {(data) => <DiskPanel storage={data} settings={settings.data?.settings ?? null} names={names} />}
      </QueryView>
      <SweepPanel retention={retention} />
      <QueryView query={settings} what={t('theRules')} skeleton={<RulesSkeleton />}>
        {(data) => <Rules settings={data.settings} retention={retention} />}
      </QueryView>
    </div>
  );
}

function Rules({ settings, retention }: { settings: Settings; retention: Retention }) {
  const names = useCameraNames();
  const draft = useDraft(settings);
  const preview = usePreview(draft.tried, settings, retention);
  const isOld = !draft.isWrong && (!draft.isResting || preview.isPlaceholderData);
  const rules = useRef<HTMLDivElement>(null);
  const discard = () => {
    draft.discard();
    rules.current?.focus();
  };
  return (
    <div className={classes.rules} ref={rules} tabIndex={-1}>
      <RulesPanel rules={draft.rules} errors={draft.errors} names={names} onChange={draft.change} />
      <div className={classes.beside}>
        <PreviewPanel
          query={preview}
          isDraft={draft.isChanged}
          isOld={isOld || draft.isWrong}
          names={names}
        />
      </div>
      {draft.isChanged && (
        <SaveBar
          {...draftPreview(preview, draft.isResting && !draft.isWrong)}
          refusal={draft.refusal}
          isWrong={draft.isWrong}
          isStricter={draft.isStricter}
          isSaving={draft.isSaving}
          onSave={draft.save}
          onDiscard={discard}
        />
      )}
    </div>
  );
}

function DiskSkeleton() {
  return (
    <Panel title={t('whatFills')}>
      <SkeletonLines widths={[60, 40, 100, 100, 80]} />
    </Panel>
  );
}

function RulesSkeleton() {
  return (
    <Panel title={t('rules')}>
      <SkeletonLines widths={[50, 70, 40, 60, 50]} />
    </Panel>
  );
}
