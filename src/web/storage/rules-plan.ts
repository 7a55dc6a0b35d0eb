/** The rules with one number as data: their sentence, and what they begin with when they are turned on. */

import type { TextKey } from '../text/text.ts';
import type { en } from './texts.en.ts';

export interface LimitLine {
  key: LimitKey;
  /** The sentence up to the number. */
  before: TextKey<typeof en>;
  unit: TextKey<typeof en>;
  help: TextKey<typeof en>;
  /** The number it begins with; null for one that is always on. */
  usual: number | null;
  /** The smallest number that is not "off", if not 1. */
  least?: number;
}

export type LimitKey =
  | 'retentionDiskPct'
  | 'quotaGib'
  | 'retentionFloorDays'
  | 'retentionFloorGb'
  | 'retentionMaxSharePct'
  | 'trashHours'
  | 'diskCriticalPct';

export const limitLines: Record<'room' | 'spared' | 'way', readonly LimitLine[]> = {
  room: [
    {
      key: 'retentionDiskPct',
      before: 'diskLimit',
      unit: 'unitPercent',
      help: 'diskLimitHelp',
      usual: 90,
    },
    {
      key: 'quotaGib',
      before: 'quota',
      unit: 'unitGib',
      help: 'quotaHelp',
      usual: 500,
      least: 0.1,
    },
    {
      key: 'diskCriticalPct',
      before: 'stopLimit',
      unit: 'unitPercent',
      help: 'stopLimitHelp',
      usual: 95,
    },
  ],
  spared: [
    {
      key: 'retentionFloorDays',
      before: 'floorDays',
      unit: 'unitDays',
      help: 'floorDaysHelp',
      usual: 7,
    },
    {
      key: 'retentionFloorGb',
      before: 'floorSize',
      unit: 'unitGb',
      help: 'floorSizeHelp',
      usual: 50,
      least: 0.1,
    },
  ],
  way: [
    {
      key: 'retentionMaxSharePct',
      before: 'askAbove',
      unit: 'unitPercent',
      help: 'askAboveHelp',
      usual: null,
    },
    {
      key: 'trashHours',
      before: 'trashFor',
      unit: 'unitHours',
      help: 'trashForHelp',
      usual: 24,
    },
  ],
};
