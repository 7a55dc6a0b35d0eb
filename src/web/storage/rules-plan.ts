/** The rules with one number as data: their sentence, and what they begin with when they are turned on. */

export interface LimitLine {
  key: LimitKey;
  /** The sentence up to the number. */
  before: string;
  unit: string;
  help: string;
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
      before: 'Delete the oldest when the disk is fuller than',
      unit: '%',
      help: 'Of the whole disk, whoever uses it.',
      usual: 90,
    },
    {
      key: 'quotaGib',
      before: 'Delete the oldest when the archive is larger than',
      unit: 'GiB',
      help: 'For an archive in a share or a dataset of its own. Everything in the recordings folder counts, but for a recycle bin.',
      usual: 500,
      least: 0.1,
    },
    {
      key: 'diskCriticalPct',
      before: 'Stop downloads when the disk is fuller than',
      unit: '%',
      help: 'They go on by themselves when there is room again.',
      usual: 95,
    },
  ],
  spared: [
    {
      key: 'retentionFloorDays',
      before: 'Whatever happens, leave the last',
      unit: 'days',
      help: 'Not even a full disk takes these.',
      usual: 7,
    },
    {
      key: 'retentionFloorGb',
      before: 'Whatever happens, leave at least',
      unit: 'GB',
      help: 'Also when other data fills the disk.',
      usual: 50,
      least: 0.1,
    },
  ],
  way: [
    {
      key: 'retentionMaxSharePct',
      before: 'Ask before deleting more than',
      unit: '%',
      help: 'Of the archive within a day. A wrong clock or a slip in the rules then costs a question, not the recordings.',
      usual: null,
    },
    {
      key: 'trashHours',
      before: 'Keep deleted clips in the trash for',
      unit: 'hours',
      help: 'They can be restored until then. When room is needed, the trash goes first.',
      usual: 24,
    },
  ],
};
