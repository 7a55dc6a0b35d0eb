import { Progress, Switch } from '@mantine/core';
import { useState } from 'react';
import type { Import, ImportOptionsPatch } from '../../shared/imports.ts';
import { Light } from '../ui/chips.tsx';
import { useNow } from '../ui/use-now.ts';
import { Panel } from '../ui/panel.tsx';
import { ImportButtons } from './import-buttons.tsx';
import { ImportCounts, ImportFiles } from './import-counts.tsx';
import classes from './import-card.module.css';
import { isOpen, isWorthStarting, missingRoom, totalComing, wishesOf, withWishes } from './import-plan.ts';
import {
  importLine,
  importTitle,
  importTone,
  roomWords,
  startWords,
  wishHelps,
  wishTitles,
} from './import-words.ts';
import { t } from './texts.ts';
import { GiveAgain } from './give-again.tsx';
import type { UploadView } from './upload-view.ts';
import { useUpload } from './use-uploads.ts';

/** One import: where it stands, what was found, what is wished, and what can be done. */
export function ImportCard({ one }: { one: Import }) {
  const now = useNow();
  const upload = useUpload(one.id);
  const [wishes, setWishes] = useState<ImportOptionsPatch>({});
  const options = withWishes(one.options, wishes);
  const coming = totalComing(one.counts, options);
  const isAsked = mayDecide(one, upload);
  const missing = isAsked ? missingRoom(one, coming, options) : 0;
  return (
    <Panel
      title={importTitle(one)}
      actions={
        <ImportButtons
          one={one}
          upload={upload}
          wishes={wishes}
          startWords={isAsked ? startWords(one.kind, coming) : t('goOn')}
          canStart={!isAsked || isWorthStarting(one.counts, options)}
        />
      }
    >
      <div className={classes.body}>
        <output className={classes.state}>
          <Light tone={importTone(one, upload)} />
          <span>{importLine(one, upload, now)}</span>
        </output>
        <Bar one={one} upload={upload} />
        {one.kind === 'upload' && isOpen(one) && needsFiles(upload) && <GiveAgain one={one} />}
        {missing > 0 && <p className={classes.warning}>{roomWords(missing)}</p>}
        <ImportCounts one={one} options={options} isFolded={!isOpen(one)} />
        {isAsked && <Wishes one={one} options={options} onChange={setWishes} />}
        {one.files.failed > 0 && <Failures one={one} />}
      </div>
    </Panel>
  );
}

const needsFiles = (upload: UploadView | null): boolean => upload === null || upload.phase === 'lost';

/** After the dry run, before anything was started. */
function mayDecide({ kind, state }: Import, upload: UploadView | null): boolean {
  return kind === 'folder' ? state === 'ready' : upload?.phase === 'asking';
}

function Bar({ one, upload }: { one: Import; upload: UploadView | null }) {
  const { files, bytes } = one;
  const isTelling = upload?.phase === 'telling';
  const share = isTelling ? upload.told / Math.max(1, upload.files) : bytes.done / Math.max(1, bytes.all);
  const isShown = isTelling || ((one.state === 'running' || one.state === 'paused') && files.all > 0);
  if (!isShown) return null;
  return (
    <Progress
      size={8}
      radius="xl"
      className={classes.bar ?? ''}
      aria-label={t(isTelling ? 'askedAbout' : 'cameIn')}
      value={Math.min(1, share) * 100}
    />
  );
}

interface WishesProps {
  one: Import;
  options: Import['options'];
  onChange: (wishes: ImportOptionsPatch) => void;
}

function Wishes({ one, options, onChange }: WishesProps) {
  const wishes = wishesOf(one);
  if (wishes.length === 0) return null;
  return (
    <div className={classes.wishes}>
      {wishes.map((wish) => (
        <Switch
          key={wish}
          label={wishTitles[wish]}
          description={wishHelps[wish]}
          classNames={{ description: classes.wishHelp ?? '' }}
          checked={options[wish]}
          onChange={(event) => onChange({ ...options, [wish]: event.currentTarget.checked })}
        />
      ))}
    </div>
  );
}

function Failures({ one }: { one: Import }) {
  return (
    <section>
      <h3 className={classes.subtitle}>{t('failed')}</h3>
      <ImportFiles importId={one.id} filter={{ state: 'failed' }} />
    </section>
  );
}
