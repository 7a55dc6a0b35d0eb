import { useState } from 'react';
import { formatBytes } from '../format.ts';
import classes from './disk-picture.module.css';
import type { DiskLimit, DiskPart, DiskPicture as Picture } from './disk-plan.ts';
import { formatShare, limitWords } from './disk-words.ts';
import { t } from './texts.ts';

/** The disk as one bar of what fills it; the legend beneath tells the same in numbers, for whoever does not see the bar too. */
export function DiskPicture({ picture, limits }: { picture: Picture; limits: readonly DiskLimit[] }) {
  const [pointed, setPointed] = useState<string | null>(null);
  return (
    <div className={classes.picture}>
      <div className={classes.bar} aria-hidden>
        {picture.parts.map((part) => (
          <span
            key={part.key}
            className={`${classes.part} ${classes.look}`}
            data-look={part.look}
            data-faded={(pointed !== null && pointed !== part.key) || undefined}
            style={{ flexGrow: part.bytes }}
            title={`${part.title}: ${formatBytes(part.bytes)}`}
            onPointerEnter={() => setPointed(part.key)}
            onPointerLeave={() => setPointed(null)}
          />
        ))}
        {limits.map((limit) => (
          <span
            key={limit.look}
            className={classes.limit}
            data-limit={limit.look}
            style={{ left: `${limit.at * 100}%` }}
            title={limitWords(limit)}
          />
        ))}
      </div>
      <ul className={classes.legend} aria-label={t('whatUses')}>
        {picture.parts.map((part) => (
          <LegendLine key={part.key} part={part} isPointed={pointed === part.key} onPoint={setPointed} />
        ))}
      </ul>
      {limits.length > 0 && (
        <ul className={classes.limits} aria-label={t('linesAcross')}>
          {limits.map((limit) => (
            <li key={limit.look} className={classes.limitKey}>
              <span className={classes.limitMark} data-limit={limit.look} aria-hidden />
              {limitWords(limit)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface LegendLineProps {
  part: DiskPart;
  isPointed: boolean;
  onPoint: (key: string | null) => void;
}

function LegendLine({ part, isPointed, onPoint }: LegendLineProps) {
  return (
    <li
      className={classes.line}
      data-pointed={isPointed || undefined}
      onPointerEnter={() => onPoint(part.key)}
      onPointerLeave={() => onPoint(null)}
    >
      <span className={`${classes.swatch} ${classes.look}`} data-look={part.look} aria-hidden />
      <span className={classes.title}>{part.title}</span>
      <span className={classes.bytes}>{formatBytes(part.bytes)}</span>
      <span className={classes.more}>
        {formatShare(part.share)}
        {part.clips !== null && `, ${t('clips', { count: part.clips })}`}
      </span>
    </li>
  );
}
