/** Names as people type the beginnings of them. Pure. */
import { boundsOf } from '../../shared/geo.ts';
import type { Box, Position } from '../../shared/tracks.ts';

/** Without marks and capitals: `Köln` is found by `koln`, and by `köl`. */
export const folded = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');

/** What a word may begin after. */
export const wordEdge = /[\s,.'’()/-]/;

/**
 * How well a name fits what was typed, both folded: 0 it is that, 1 it begins so, 2 a word of it does; null not at all.
 */
export function fitOf(name: string, typed: string): 0 | 1 | 2 | null {
  for (let at = name.indexOf(typed); at >= 0; at = name.indexOf(typed, at + 1)) {
    if (at === 0) return name.length === typed.length ? 0 : 1;
    if (wordEdge.test(name.charAt(at - 1))) return 2;
  }
  return null;
}

export interface LabelledCell {
  label: string;
  latE3: number;
  lonE3: number;
}

/** Roads of one name far from each other are not one place: what is farther from the first than this is left out. */
const farE3 = 50;

/** One box for each label, in the order of the cells. */
export function boxesOfLabels(cells: readonly LabelledCell[]): { label: string; box: Box }[] {
  const byLabel = new Map<string, LabelledCell[]>();
  for (const cell of cells) {
    const own = byLabel.get(cell.label);
    if (own) own.push(cell);
    else byLabel.set(cell.label, [cell]);
  }
  return [...byLabel].flatMap(([label, own]) => {
    const [first] = own;
    const near = own.filter(
      (cell) =>
        Math.abs(cell.latE3 - (first?.latE3 ?? 0)) <= farE3 &&
        Math.abs(cell.lonE3 - (first?.lonE3 ?? 0)) <= farE3,
    );
    const box = boundsOf(near.flatMap(cornersOf));
    return box ? [{ label, box }] : [];
  });
}

/** A cell is a thousandth of a degree around its middle. */
function cornersOf({ latE3, lonE3 }: LabelledCell): Position[] {
  return [-0.5, 0.5].map((half) => ({
    latitude: Math.max(-90, Math.min(90, (latE3 + half) / 1000)),
    longitude: Math.max(-180, Math.min(180, (lonE3 + half) / 1000)),
  }));
}
