import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { fitOf, folded, wordEdge } from './place-search-policy.ts';

/** So many names are folded at one time. */
const namesAtOnce = 5000;
const namesPerMark = 16;

/** Names of towns as one folded text with line feeds between them, made to be searched. About twice their size. */
export class TownNames {
  private readonly text: string;
  /** Where every so many-th name begins. */
  private readonly marks: Uint32Array;

  private constructor(text: string, marks: Uint32Array) {
    this.text = text;
    this.marks = marks;
  }

  static async of(count: number, nameOf: (id: number) => string): Promise<TownNames> {
    const parts: string[] = [];
    const marks = new Uint32Array(Math.ceil(count / namesPerMark));
    let length = 0;
    for (let id = 0; id < count; id++) {
      if (id % namesPerMark === 0) marks[id / namesPerMark] = length;
      const name = folded(nameOf(id));
      parts.push(name);
      length += name.length + 1;
      if (id % namesAtOnce === namesAtOnce - 1) await yieldToOthers();
    }
    return new TownNames(parts.join('\n'), marks);
  }

  /** Ids of towns of which a word begins as typed (folded), at most so many; the best fits first. */
  search(typed: string, most: number): number[] {
    const found = new Map<number, number>();
    for (let at = this.text.indexOf(typed); at >= 0; at = this.text.indexOf(typed, at + 1)) {
      if (at > 0 && !wordEdge.test(this.text.charAt(at - 1))) continue;
      const { id, name } = this.nameAround(at);
      const fit = fitOf(name, typed);
      if (fit !== null && !found.has(id)) found.set(id, fit);
      if (found.size >= most) break;
    }
    return [...found].toSorted((one, other) => one[1] - other[1] || one[0] - other[0]).map(([id]) => id);
  }

  private nameAround(at: number): { id: number; name: string } {
    let [low, high] = [0, this.marks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.marks[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    let id = low * namesPerMark;
    let from = this.marks[low] ?? 0;
    for (let end = this.endOf(from); end < at; end = this.endOf(from)) {
      from = end + 1;
      id += 1;
    }
    return { id, name: this.text.slice(from, this.endOf(from)) };
  }

  private endOf(from: number): number {
    const end = this.text.indexOf('\n', from);
    return end < 0 ? this.text.length : end;
  }
}
