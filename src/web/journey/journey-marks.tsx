import { ActionIcon } from '@mantine/core';
import { IconMapPin } from '@tabler/icons-react';
import type { Capture } from '../../shared/clips.ts';
import type { Journey } from '../../shared/journeys.ts';
import { Panel } from '../ui/panel.tsx';
import classes from './journey-marks.module.css';
import { markWords, momentWords } from './journey-words.ts';
import { MomentLink } from './moment-link.tsx';
import { useUnits } from './use-units.ts';

interface JourneyMarksProps {
  journey: Journey;
  footage: readonly Capture[];
  /** Shows an instant on the map. */
  onShow: (at: number) => void;
}

/** Moments that stand out, each a way to its second. */
export function JourneyMarks({ journey, footage, onShow }: JourneyMarksProps) {
  const units = useUnits();
  if (journey.marks.length === 0) return null;
  return (
    <Panel title="Moments">
      <ul className={classes.marks}>
        {journey.marks.map((mark) => (
          <li key={`${mark.kind} ${mark.at}`} className={classes.mark}>
            <MomentLink footage={footage} at={mark.at} className={classes.link}>
              <span className={classes.time}>{momentWords(mark.at, journey)}</span>
              <span>{markWords(mark, units)}</span>
            </MomentLink>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={`${markWords(mark, units)}: show on the map`}
              onClick={() => onShow(mark.at)}
            >
              <IconMapPin size={18} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <p className={classes.note}>Estimated from one GPS position a second.</p>
    </Panel>
  );
}
