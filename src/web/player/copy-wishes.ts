import type { Clip } from '../../shared/clips.ts';

interface Wish {
  clip: Clip;
  since: number;
  isAsked: boolean;
}

/** Who stays so long wants to see it: who only passes over a clip asks for nothing. */
const stayMs = 800;

/** Clips without a form that plays here, of which small copies are asked for: each once. */
export class CopyWishes {
  private readonly wishes = new Map<number, Wish>();

  /** A lane would show it. */
  note(clip: Clip, now: number): void {
    if (!this.wishes.has(clip.id)) this.wishes.set(clip.id, { clip, since: now, isAsked: false });
  }

  /** The clips to ask for now; those that are not near the clock any more are forgotten. */
  due(now: number, near: ReadonlySet<number>): Clip[] {
    const due: Clip[] = [];
    for (const [id, wish] of this.wishes) {
      if (wish.isAsked) continue;
      if (!near.has(id)) this.wishes.delete(id);
      else if (now - wish.since > stayMs) {
        wish.isAsked = true;
        due.push(wish.clip);
      }
    }
    return due;
  }

  /** Whether some will be due. */
  get isOpen(): boolean {
    return [...this.wishes.values()].some(({ isAsked }) => !isAsked);
  }

  clear(): void {
    this.wishes.clear();
  }
}
