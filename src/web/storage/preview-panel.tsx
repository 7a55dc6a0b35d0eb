import { Button, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useId } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { PlannedClip, Preview } from '../../shared/retention.ts';
import type { ApiError } from '../api.ts';
import { formatBytes, formatDay, formatLocalTime, fullStop } from '../format.ts';
import { CameraMark, ChannelChip, KindMark, Toned } from '../ui/chips.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { VirtualList } from '../ui/virtual-list.tsx';
import { columnWords, stripColumns, tallest } from './preview-plan.ts';
import { previewWords, shortfallWords } from './preview-words.ts';
import classes from './preview-panel.module.css';
import { protectedWords, whyWords, type CameraNames } from './why-words.ts';
import { t } from './texts.ts';

interface PreviewPanelProps {
  query: UseQueryResult<Preview, ApiError>;
  /** Of rules that are not saved yet. */
  isDraft: boolean;
  /** What is shown is of an earlier state of the draft. */
  isOld: boolean;
  names: CameraNames;
}

/** What the next sweep would do under the rules as they stand beside it. */
export function PreviewPanel({ query, isDraft, isOld, names }: PreviewPanelProps) {
  return (
    <Panel
      title={t(isDraft ? 'theseRulesWould' : 'nextSweepDoes')}
      actions={isOld && query.data && <span className={classes.old}>{t('asBefore')}</span>}
    >
      <QueryView
        query={query}
        what={t('thePreview')}
        skeleton={<SkeletonLines widths={[80, 60, 100, 100]} />}
      >
        {(preview) => (
          <div className={classes.body} data-old={isOld || undefined} aria-busy={isOld}>
            <Sentences preview={preview} />
            {preview.days.length > 0 && preview.total.clips > 0 && <Strip preview={preview} />}
            <Protected preview={preview} />
            {preview.clips.length > 0 && <Clips preview={preview} names={names} />}
          </div>
        )}
      </QueryView>
    </Panel>
  );
}

function Sentences({ preview }: { preview: Preview }) {
  const shortfall = shortfallWords(preview);
  const { obstacle, confirmation } = preview;
  return (
    <div className={classes.sentences} aria-live="polite">
      {previewWords(preview).map((line, index) => (
        <p key={line} data-first={index === 0 || undefined}>
          {line}
        </p>
      ))}
      {confirmation && (
        <p>
          <Toned tone="amber">{t('overLimit', { pct: confirmation.limitPct })}</Toned>
        </p>
      )}
      {shortfall && (
        <p>
          <Toned tone="amber">{shortfall}</Toned>
        </p>
      )}
      {obstacle && obstacle.code !== 'share' && (
        <p>
          <Toned tone="amber">{t('notNow', { reason: fullStop(obstacle.message) })}</Toned>
        </p>
      )}
    </div>
  );
}

const mostColumns = 62;

/** A strip of days: how much of each goes and how much stays. */
function Strip({ preview }: { preview: Preview }) {
  const columns = stripColumns(preview.days, mostColumns);
  const height = tallest(columns);
  const [first, last] = [columns[0], columns.at(-1)];
  return (
    <div className={classes.strip}>
      <ul className={classes.columns} aria-label={t('dayByDay')}>
        {columns.map((column) => (
          <li key={column.from} className={classes.column} title={columnWords(column)}>
            <VisuallyHidden>{columnWords(column)}</VisuallyHidden>
            <span
              className={classes.goes}
              style={{ height: `${(column.goes / height) * 100}%` }}
              data-some={column.goes > 0 || undefined}
              aria-hidden
            />
            <span
              className={classes.stays}
              style={{ height: `${(column.stays / height) * 100}%` }}
              data-some={column.stays > 0 || undefined}
              aria-hidden
            />
          </li>
        ))}
      </ul>
      <div className={classes.ends} aria-hidden>
        <span>{first && formatDay(first.from, { short: true })}</span>
        <span>{last && last !== first && formatDay(last.to, { short: true })}</span>
      </div>
      <ul className={classes.keys} aria-label={t('whatColumnsMean')}>
        <li>
          <span className={classes.goes} data-some aria-hidden /> {t('goes')}
        </li>
        <li>
          <span className={classes.stays} data-some aria-hidden /> {t('stays')}
        </li>
      </ul>
    </div>
  );
}

function Protected({ preview }: { preview: Preview }) {
  const lines = protectedWords(preview.protected);
  if (lines.length === 0) return null;
  return (
    <section>
      <h3 className={classes.title}>{t('leftThough')}</h3>
      <ul className={classes.lines}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

/** The first clips that go, folded away. */
function Clips({ preview, names }: { preview: Preview; names: CameraNames }) {
  const id = useId();
  const [isOpen, { toggle }] = useDisclosure(false);
  const { clips, total } = preview;
  const isAll = clips.length >= total.clips;
  return (
    <div>
      <Button
        variant="default"
        className={classes.open ?? ''}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={toggle}
      >
        {isOpen ? t('hideClips') : isAll ? t('showClips') : t('showFirst', { count: clips.length })}
      </Button>
      <div id={id} hidden={!isOpen} className={classes.clips}>
        {isOpen && (
          <VirtualList
            count={clips.length}
            label={t('clipsThatGo')}
            estimateSize={() => 56}
            keyOf={(index) => clips[index]?.clipId ?? index}
            renderRow={(index) => {
              const clip = clips[index];
              return clip && <ClipRow clip={clip} names={names} />;
            }}
          />
        )}
      </div>
    </div>
  );
}

function ClipRow({ clip, names }: { clip: PlannedClip; names: CameraNames }) {
  const day = formatDay(clip.localStart.slice(0, 10), { short: true });
  return (
    <div className={classes.clip} title={clip.name}>
      <span className={classes.time}>
        {t('stamp', { day, time: formatLocalTime(clip.localStart, { seconds: true }) })}
      </span>
      <span className={classes.size}>{formatBytes(clip.bytes)}</span>
      <span className={classes.marks}>
        <ChannelChip channel={clip.channel} />
        <KindMark kind={clip.kind} />
        <CameraMark cameraId={clip.cameraId} />
      </span>
      <span className={classes.why}>{whyWords(clip.why, names, 'planned')}</span>
    </div>
  );
}
