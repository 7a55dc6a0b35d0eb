import { SegmentedControl } from '@mantine/core';
import type { Clip } from '../../shared/clips.ts';
import { formatBytes } from '../format.ts';
import { healthWords } from '../media/health-words.ts';
import { sourceNames } from '../media/source-plan.ts';
import { Toned } from '../ui/chips.tsx';
import { sourceWords } from './source-words.ts';
import classes from './source-bar.module.css';
import type { Sources } from './use-sources.ts';
import { t } from './texts.ts';

interface SourceBarProps {
  clip: Clip;
  sources: Sources;
}

/** Which form of the clip plays and why, what else there is of it, and whether the file is whole. */
export function SourceBar({ clip, sources }: SourceBarProps) {
  const { source, choices, choose } = sources;
  if (clip.state !== 'archived') return null;
  const health = healthWords(clip);
  const words = sourceWords(clip, sources);
  const proxyBytes = clip.media?.proxyBytes ?? null;
  const data = choices.map((kind) => ({
    value: kind,
    label:
      kind === 'proxy' && proxyBytes !== null
        ? t('sourceAndSize', { source: sourceNames.proxy, size: formatBytes(proxyBytes) })
        : sourceNames[kind],
  }));
  return (
    <div className={classes.bar}>
      {choices.length > 1 && (
        <SegmentedControl
          aria-label={t('whatPlays')}
          value={source ?? ''}
          data={data}
          onChange={(value) => {
            const kind = choices.find((each) => each === value);
            if (kind) choose(kind);
          }}
        />
      )}
      {health && (
        <p className={classes.health}>
          <Toned tone={health.tone}>{health.text}</Toned>
          {health.note && <span>{health.note}</span>}
        </p>
      )}
      <output className={classes.words}>{words}</output>
    </div>
  );
}
