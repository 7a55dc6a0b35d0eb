import type { ReactNode } from 'react';
import { formatDriven, type DistanceUnits } from '../journey/units.ts';
import { speedSteps } from './map-data.ts';
import { speedColours } from './map-layers.ts';
import classes from './map-notes.module.css';
import { t } from './texts.ts';

/** What the makers of a map ask everybody to link to. */
const osmWords = 'OpenStreetMap contributors';
const osmTerms = 'https://www.openstreetmap.org/copyright';

/** Whoever made the ground of the map. */
export function GroundCredit({ credit }: { credit: string }) {
  if (credit === '') return null;
  const at = credit.indexOf(osmWords);
  return (
    <p className={classes.note}>
      {at === -1 ? (
        credit
      ) : (
        <>
          {credit.slice(0, at)}
          <a href={osmTerms} target="_blank" rel="noreferrer">
            {osmWords}
          </a>
          {credit.slice(at + osmWords.length)}
        </>
      )}
    </p>
  );
}

/** What of the ground could not be had. */
export function GroundTrouble({ children }: { children: ReactNode }) {
  return (
    <output className={classes.note} data-tone="amber">
      {children}
    </output>
  );
}

/** Which colour of a line is which speed. */
export function SpeedLegend({ units }: { units: DistanceUnits }) {
  const [, ...colours] = speedColours;
  return (
    <ul className={classes.legend} aria-label={t('speedColours')}>
      {colours.map((colour, index) => {
        const most = speedSteps[index];
        return (
          <li key={colour} className={classes.step} style={{ borderColor: colour }}>
            {most === undefined ? t('faster') : formatDriven(most, units).replace(/\s.*/, '')}
          </li>
        );
      })}
      <li className={classes.unit}>{formatDriven(0, units).replace(/^\S*\s/, '')}</li>
    </ul>
  );
}
