import type { Channel } from './clip-source.ts';
import { pad, wallClock } from './times.ts';

/**
 * The name layouts of camera.md 3.1:
 * - `multi`: `2025_1224_120324_000002PF.MP4` (A229 and A329 families)
 * - `four-digit`: `2026_0618_203643_0001EF.MP4`
 * - `older`: `2016_0719_155355_005.MOV`, one channel, no lens letter (A119, A119S)
 * - `duo`: `2021_0610_174405_029F.MP4` (A129 Duo)
 * - `a129pro`: `20260628_133416_0001PF.MP4`
 * - `compact`: `20241005224959_023982.MP4`, neither lens nor kind (A119 Mini family)
 * - `sdk`: `20260709112750_036576A.TS`, lens as A, B, C (white-label Novatek)
 * - `sequence-less`: `2026_0418_144931_PR.MP4` (T130, A139 Pro V1.2)
 */
export const nameLayouts = [
  'multi',
  'four-digit',
  'older',
  'duo',
  'a129pro',
  'compact',
  'sdk',
  'sequence-less',
] as const;
export type NameLayout = (typeof nameLayouts)[number];

export type ClipKind = 'normal' | 'parking' | 'event' | 'photo';

export interface NameParts {
  startedLocal: Date;
  sequence: number;
  kind: ClipKind;
  parkedPhoto?: boolean;
  channel: Channel;
  /** Without a dot, upper case as on the card. */
  extension: string;
}

interface LayoutRule {
  stamp: 'split' | 'half' | 'joined';
  digits: number;
  kindLetter: 'P' | 'PE' | '';
  lens: 'FRIT' | 'ABC' | '';
}

const rules: Record<NameLayout, LayoutRule> = {
  multi: { stamp: 'split', digits: 6, kindLetter: 'PE', lens: 'FRIT' },
  'four-digit': { stamp: 'split', digits: 4, kindLetter: 'PE', lens: 'FRIT' },
  older: { stamp: 'split', digits: 3, kindLetter: 'P', lens: '' },
  duo: { stamp: 'split', digits: 3, kindLetter: 'P', lens: 'FRIT' },
  a129pro: { stamp: 'half', digits: 4, kindLetter: 'PE', lens: 'FRIT' },
  compact: { stamp: 'joined', digits: 6, kindLetter: '', lens: '' },
  sdk: { stamp: 'joined', digits: 6, kindLetter: '', lens: 'ABC' },
  'sequence-less': { stamp: 'split', digits: 0, kindLetter: 'PE', lens: 'FRIT' },
};

const lensLetters: Record<Channel, { FRIT: string; ABC: string }> = {
  front: { FRIT: 'F', ABC: 'A' },
  rear: { FRIT: 'R', ABC: 'B' },
  interior: { FRIT: 'I', ABC: 'C' },
  tele: { FRIT: 'T', ABC: 'C' },
};

/** The name a camera with this layout gives a file. The stamp is the clip's start (camera.md 3.1). */
export function formatName(layout: NameLayout, parts: NameParts): string {
  const rule = rules[layout];
  const lens = rule.lens === '' ? '' : lensLetters[parts.channel][rule.lens];
  const sequence = rule.digits === 0 ? '' : pad(wrapped(parts.sequence, rule.digits), rule.digits);
  const tail = `${sequence}${kindLetter(rule, parts)}${lens}`;
  const underscore = tail === '' ? '' : '_';
  return `${stamp(rule, parts.startedLocal)}${underscore}${tail}.${parts.extension}`;
}

/** The counter starts again at 1 when its digits are used up. */
function wrapped(sequence: number, digits: number): number {
  return ((sequence - 1) % (10 ** digits - 1)) + 1;
}

function kindLetter(rule: LayoutRule, parts: NameParts): string {
  const parked = parts.kind === 'parking' || parts.parkedPhoto === true;
  if (parked) return rule.kindLetter === '' ? '' : 'P';
  return parts.kind === 'event' && rule.kindLetter === 'PE' ? 'E' : '';
}

function stamp(rule: LayoutRule, startedLocal: Date): string {
  const { year, month, day, hour, minute, second } = wallClock(startedLocal);
  const clock = `${pad(hour)}${pad(minute)}${pad(second)}`;
  const date = `${pad(month)}${pad(day)}`;
  if (rule.stamp === 'split') return `${pad(year, 4)}_${date}_${clock}`;
  if (rule.stamp === 'half') return `${pad(year, 4)}${date}_${clock}`;
  return `${pad(year, 4)}${date}${clock}`;
}
