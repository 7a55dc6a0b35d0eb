import { VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconChevronRight } from '@tabler/icons-react';
import type { ChannelCoverage, DayCoverage } from '../../shared/queue.ts';
import { formatCount, formatDay } from '../format.ts';
import { CameraMark, Toned } from '../ui/chips.tsx';
import { channelWords } from '../words.ts';
import { capturesWords, coverageLabel, coverageParts, dayMissing } from './coverage-plan.ts';
import classes from './coverage-day.module.css';
import looks from './coverage-view.module.css';

/** One day of one camera: a bar for each channel, what is missing in words; leads to the day in the archive. */
export function CoverageDay({ day }: { day: DayCoverage }) {
  return (
    <li className={classes.item}>
      <Link to="/archive/$day" params={{ day: day.day }} className={classes.day}>
        <span className={classes.name}>
          <span className={classes.date}>{formatDay(day.day)}</span>
          <span className={classes.captures}>
            {capturesWords(day)} <CameraMark cameraId={day.cameraId} />
          </span>
        </span>
        <span className={classes.bars}>
          {day.channels.map((channel) => (
            <ChannelBar key={channel.channel} channel={channel} />
          ))}
        </span>
        <span className={classes.missing}>
          {dayMissing(day).map(({ text, tone }) => (
            <Toned key={text} tone={tone}>
              {text}
            </Toned>
          ))}
        </span>
        <IconChevronRight className={classes.chevron} size={18} aria-hidden />
      </Link>
    </li>
  );
}

function ChannelBar({ channel }: { channel: ChannelCoverage }) {
  const label = coverageLabel(channel);
  return (
    <span className={classes.line} title={label}>
      <VisuallyHidden component="span">{label}.</VisuallyHidden>
      <span className={classes.channel} aria-hidden>
        {channelWords[channel.channel]}
      </span>
      <span className={classes.bar} aria-hidden>
        {coverageParts(channel).map(({ look, clips }) => (
          <span
            key={look}
            className={`${looks.part} ${looks.look}`}
            data-look={look}
            style={{ flexGrow: clips }}
          />
        ))}
      </span>
      <span className={classes.count} aria-hidden>
        {formatCount(channel.archived)}
      </span>
    </span>
  );
}
