import { ActionIcon, Button, Loader, Menu } from '@mantine/core';
import {
  IconDots,
  IconDownload,
  IconFileZip,
  IconFolderDown,
  IconFlag,
  IconMapRoute,
  IconNote,
  IconPin,
  IconPinnedOff,
  IconPlayerSkipForward,
  IconArrowBarToUp,
  IconTag,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import { useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import { routes } from '../../shared/routes.ts';
import type { ParcelInput } from '../../shared/parcel-routes.ts';
import { useRemovalActions } from '../archive/removal-provider.tsx';
import { formatBytes, formatLength } from '../format.ts';
import { useIsDesk } from '../ui/header-slot.tsx';
import { changeWords } from '../ui/queue-words.ts';
import { useQueueChange } from '../ui/use-queue-change.ts';
import { MarkDialog } from './mark-dialog.tsx';
import { NoteDialog } from './note-dialog.tsx';
import classes from './select-bar.module.css';
import { useOfSelection, useSelection } from './select-context.ts';
import { clipIdsOf, summaryOf, type Chosen, type Summary } from './selection-plan.ts';
import { TagsDialog } from './tags-dialog.tsx';
import { t } from './texts.ts';
import { downloadClips, useBusy } from './use-deeds.ts';

type Dialog = 'tags' | 'note' | 'mark';

/** What can be done with what is chosen: above the page at a desk, at the bottom on a phone. */
export function SelectBar() {
  const store = useSelection();
  const chosen = useSyncExternalStore(store.subscribe, store.get);
  const isAsking = useOfSelection((selection) => selection.isBusy());
  const summary = useMemo(() => summaryOf(chosen), [chosen]);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const deeds = useDeeds(chosen, summary, setDialog);
  const isDesk = useIsDesk();
  return (
    <>
      <section className={classes.bar} aria-label={t('selection')}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={40}
          aria-label={t('clear')}
          title={t('clear')}
          onClick={() => store.clear()}
        >
          <IconX size={20} aria-hidden />
        </ActionIcon>
        <p className={classes.words} aria-live="polite">
          <strong>{t('recordings', { count: summary.recordings })}</strong>
          <span className={classes.facts}>{factsOf(summary)}</span>
        </p>
        {isAsking && <Loader size={18} />}
        <Deeds deeds={deeds} isDesk={isDesk} />
      </section>
      <Dialogs chosen={chosen} dialog={dialog} onClose={() => setDialog(null)} />
    </>
  );
}

function factsOf({ clips, bytes, lengthMs, days }: Summary): string {
  const facts = [
    t('clips', { count: clips }),
    ...(days > 1 ? [t('days', { count: days })] : []),
    ...(bytes > 0 ? [formatBytes(bytes)] : []),
    ...(lengthMs > 0 ? [formatLength(lengthMs)] : []),
  ];
  return facts.join(' · ');
}

interface Deed {
  key: string;
  word: string;
  icon: ReactNode;
  /** Left out: it cannot be done with these. */
  run?: () => void;
  isBusy: boolean;
}

const iconProps = { size: 18, stroke: 1.7, 'aria-hidden': true } as const;

function useDeeds(chosen: Chosen, summary: Summary, open: (dialog: Dialog) => void): Deed[] {
  const store = useSelection();
  const { remove, keep } = useRemovalActions();
  const { busy, run } = useBusy();
  const first = useQueueChange(routes.fetchFirst, changeWords.first);
  const skip = useQueueChange(routes.skipClips, changeWords.skip);
  const { archived, fetchable, skippable, isAnyKept, areAllKept } = summary;
  const isIn = archived.length > 0;
  const isBusy = busy !== null || first.isPending || skip.isPending;
  const clips = archived.map((clip) => ({ ...clip, sizeBytes: clip.bytes }));
  const look = () => void store.look();
  const keeping = (kept: boolean) => () =>
    void run('keep', () => keep(clips, kept).then(() => store.look()), t('notChosen'));
  const download = (what: ParcelInput['what']) => () =>
    void run('download', () => downloadClips(clipIdsOf(chosen), what), t('notDownloaded'));
  const deed = (key: string, word: string, icon: ReactNode, act: (() => void) | false): Deed => ({
    key,
    word,
    icon,
    ...(act && { run: act }),
    isBusy,
  });
  return [
    deed('keep', t('keep'), <IconPin {...iconProps} />, isIn && !areAllKept && keeping(true)),
    deed('letGo', t('letGo'), <IconPinnedOff {...iconProps} />, isAnyKept && keeping(false)),
    deed('delete', t('delete'), <IconTrash {...iconProps} />, isIn && (() => remove(clips, look))),
    deed('tags', t('tag'), <IconTag {...iconProps} />, () => open('tags')),
    deed('note', t('note'), <IconNote {...iconProps} />, () => open('note')),
    deed('mark', t('mark'), <IconFlag {...iconProps} />, () => open('mark')),
    deed('originals', t('originals'), <IconFileZip {...iconProps} />, isIn && download('originals')),
    deed(
      'both',
      t('originalsAndGpx'),
      <IconFolderDown {...iconProps} />,
      isIn && download('originals_and_gpx'),
    ),
    deed('gpx', t('positions'), <IconMapRoute {...iconProps} />, download('gpx')),
    deed(
      'next',
      t('fetchNext'),
      <IconArrowBarToUp {...iconProps} />,
      fetchable.length > 0 &&
        (() => first.mutate({ body: { clipIds: [...fetchable] } }, { onSettled: look })),
    ),
    deed(
      'skip',
      t('skip'),
      <IconPlayerSkipForward {...iconProps} />,
      skippable.length > 0 && (() => skip.mutate({ body: { clipIds: [...skippable] } }, { onSettled: look })),
    ),
  ];
}

const downloads: readonly string[] = ['originals', 'both', 'gpx'];
const phoneFirst: readonly string[] = ['keep', 'delete'];

function Deeds({ deeds, isDesk }: { deeds: readonly Deed[]; isDesk: boolean }) {
  const possible = deeds.filter(({ run }) => run !== undefined);
  const files = possible.filter(({ key }) => downloads.includes(key));
  const others = possible.filter(({ key }) => !downloads.includes(key));
  const shown = isDesk ? others : others.filter(({ key }) => phoneFirst.includes(key));
  const more = isDesk ? [] : others.filter(({ key }) => !phoneFirst.includes(key));
  return (
    <div className={classes.deeds}>
      {shown.map((deed) => (
        <DeedButton key={deed.key} deed={deed} isDesk={isDesk} />
      ))}
      {files.length > 0 && (
        <DeedMenu word={t('download')} icon={<IconDownload {...iconProps} />} deeds={files} isDesk={isDesk} />
      )}
      {more.length > 0 && (
        <DeedMenu word={t('more')} icon={<IconDots {...iconProps} />} deeds={more} isDesk={isDesk} />
      )}
    </div>
  );
}

function DeedButton({ deed: { word, icon, run, isBusy }, isDesk }: { deed: Deed; isDesk: boolean }) {
  const act = () => run?.();
  if (isDesk)
    return (
      <Button
        variant="subtle"
        color="gray"
        size="compact-md"
        leftSection={icon}
        disabled={isBusy}
        onClick={act}
      >
        {word}
      </Button>
    );
  return (
    <ActionIcon variant="subtle" color="gray" size={44} aria-label={word} disabled={isBusy} onClick={act}>
      {icon}
    </ActionIcon>
  );
}

interface DeedMenuProps {
  word: string;
  icon: ReactNode;
  deeds: readonly Deed[];
  isDesk: boolean;
}

function DeedMenu({ word, icon, deeds, isDesk }: DeedMenuProps) {
  const isBusy = deeds.some((deed) => deed.isBusy);
  return (
    <Menu position={isDesk ? 'bottom-end' : 'top-end'} shadow="md" withinPortal>
      <Menu.Target>
        {isDesk ? (
          <Button variant="subtle" color="gray" size="compact-md" leftSection={icon} loading={isBusy}>
            {word}
          </Button>
        ) : (
          <ActionIcon variant="subtle" color="gray" size={44} aria-label={word} loading={isBusy}>
            {icon}
          </ActionIcon>
        )}
      </Menu.Target>
      <Menu.Dropdown>
        {deeds.map(({ key, word: name, icon: sign, run }) => (
          <Menu.Item key={key} leftSection={sign} onClick={() => run?.()}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface DialogsProps {
  chosen: Chosen;
  dialog: Dialog | null;
  onClose: () => void;
}

function Dialogs({ chosen, dialog, onClose }: DialogsProps) {
  const store = useSelection();
  const captures = [...chosen.values()];
  const props = {
    what: t('recordings', { count: captures.length }),
    clips: captures.flatMap(({ clips }) => clips),
    opened: true,
    onClose,
    onChanged: () => void store.look(),
  };
  if (dialog === 'tags') return <TagsDialog {...props} />;
  if (dialog === 'note') return <NoteDialog {...props} />;
  return dialog === 'mark' && <MarkDialog captures={captures} opened onClose={onClose} />;
}
