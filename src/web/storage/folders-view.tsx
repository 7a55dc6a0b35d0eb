import { Button, Progress, SegmentedControl } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconFolders, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import type { Refile, RefilePreview } from '../../shared/archive-care.ts';
import { routes } from '../../shared/routes.ts';
import { layoutSchema, layouts, type Layout } from '../../shared/settings.ts';
import { call, keyOf, useAction, useRoute, type ApiError } from '../api.ts';
import { fullStop } from '../format.ts';
import { choiceLabel } from '../settings/settings-fields.ts';
import { Light } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { failed, toast } from '../ui/toasts.ts';
import { useNow } from '../ui/use-now.ts';
import classes from './folders-view.module.css';
import { layoutWord, previewLine, refileLine, refileTone } from './refile-words.ts';
import { t } from './texts.ts';

/** How the folders of the archive are made, and the moving of clips that lie otherwise. */
export function FoldersView() {
  const refile = useRoute(routes.getRefile);
  const settings = useRoute(routes.getSettings);
  return (
    <Panel title={t('foldersOfArchive')}>
      <QueryView query={settings} what={t('theSettings')} skeleton={<FoldersSkeleton />}>
        {({ settings: { layout } }) => (
          <QueryView query={refile} what={t('theMoving')} skeleton={<FoldersSkeleton />}>
            {(data) => <Folders key={layout} inForce={layout} refile={data} />}
          </QueryView>
        )}
      </QueryView>
    </Panel>
  );
}

const FoldersSkeleton = () => <SkeletonLines widths={[50, 100, 70, 60]} />;

function Folders({ inForce, refile }: { inForce: Layout; refile: Refile }) {
  const [layout, setLayout] = useState(inForce);
  const isRunning = refile.state === 'running';
  const preview = usePreview(layout, refile);
  return (
    <div className={classes.body}>
      <p className={classes.dim}>{t('filedByDate', { layout: layoutWord(inForce) })}</p>
      <SegmentedControl
        fullWidth
        aria-label={t('foldersOfArchive')}
        data={layouts.map((each) => ({ value: each, label: choiceLabel(each) }))}
        value={layout}
        disabled={isRunning}
        onChange={(value) => setLayout(layoutSchema.parse(value))}
      />
      {!isRunning && (
        <QueryView
          query={preview}
          what={t('whatWouldMove')}
          skeleton={<SkeletonLines widths={[60, 80, 80]} />}
        >
          {(data) => <Choice preview={data} isOld={preview.isPlaceholderData} isOther={layout !== inForce} />}
        </QueryView>
      )}
      <Progressing refile={refile} />
    </div>
  );
}

/** What a layout would move; counted anew when some have been moved, not with each of them. */
function usePreview(layout: Layout, { state, finishedAt }: Refile) {
  return useQuery<RefilePreview, ApiError>({
    queryKey: [...keyOf(routes.previewRefile), layout, finishedAt],
    queryFn: ({ signal }) => call(routes.previewRefile, { query: { layout } }, { signal }),
    enabled: state !== 'running',
    placeholderData: keepPreviousData,
  });
}

interface ChoiceProps {
  preview: RefilePreview;
  /** Of another layout, while the one to this is on its way. */
  isOld: boolean;
  /** Not the layout of the settings. */
  isOther: boolean;
}

function Choice({ preview, isOld, isOther }: ChoiceProps) {
  const { layout, clips, examples } = preview;
  const start = useAction(routes.startRefile, {
    refetch: [routes.getRefile],
    onError: failed(t('notMoved')),
  });
  const use = useLayout(layout);
  const isBusy = isOld || use.isPending || start.isPending;
  return (
    <div className={classes.choice} aria-busy={isOld}>
      <p className={classes.line}>{previewLine(preview)}</p>
      {examples.length > 0 && (
        <ul className={classes.examples} aria-label={t('forExample')}>
          {examples.map(({ from, to }) => (
            <li key={from} className={classes.example}>
              <span>{from}</span>
              <span aria-hidden>→</span>
              <span className={classes.to}>{to}</span>
            </li>
          ))}
        </ul>
      )}
      <div className={classes.buttons}>
        {clips > 0 && (
          <Button
            leftSection={<IconFolders size={18} aria-hidden />}
            disabled={isBusy}
            onClick={() => (isOther ? use.mutate({ moves: true }) : start.mutate(undefined))}
          >
            {t(isOther ? 'useAndMove' : 'moveClips')}
          </Button>
        )}
        {isOther && (
          <Button
            variant={clips > 0 ? 'default' : 'filled'}
            disabled={isBusy}
            onClick={() => use.mutate({ moves: false })}
          >
            {t(clips > 0 ? 'useForNew' : 'useThese')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** Makes it the layout of the settings, and moves the clips if wanted; also when the page has shown another one meanwhile. */
function useLayout(layout: Layout) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ moves }: { moves: boolean }) => {
      await call(routes.updateSettings, { body: { layout } });
      if (moves) await call(routes.startRefile);
    },
    onSuccess: () => toast(t('filedIn', { layout: layoutWord(layout) })),
    onError: failed(t('foldersNotChanged')),
    onSettled: () =>
      Promise.all(
        [routes.getSettings, routes.getRefile].map((each) =>
          client.invalidateQueries({ queryKey: keyOf(each) }),
        ),
      ),
  });
}

function Progressing({ refile }: { refile: Refile }) {
  const now = useNow();
  const stop = useAction(routes.stopRefile, {
    refetch: [routes.getRefile],
    onError: failed(t('movingNotStopped')),
  });
  const line = refileLine(refile, now);
  const { state, clips, moved, left, message } = refile;
  if (line === null) return null;
  return (
    <div className={classes.progress}>
      <output className={classes.state}>
        <Light tone={refileTone(refile)} />
        <span>{line}</span>
      </output>
      {message && <p className={state === 'failed' ? classes.error : classes.dim}>{fullStop(message)}</p>}
      {state === 'running' && (
        <>
          <Progress
            size={8}
            radius="xl"
            aria-label={t('clipsMoved')}
            value={((moved + left) / Math.max(1, clips)) * 100}
          />
          <div>
            <Button
              variant="default"
              leftSection={<IconPlayerStop size={17} aria-hidden />}
              loading={stop.isPending}
              onClick={() => stop.mutate(undefined)}
            >
              {t('stop')}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
