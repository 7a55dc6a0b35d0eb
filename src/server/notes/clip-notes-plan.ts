/** What becomes of the tags of a clip. Pure. */
import { mostTags, type TagChange } from '../../shared/notes.ts';
import { tagsIn, tagsText } from '../lib/tags-policy.ts';

export interface Tagged {
  id: number;
  tags: string | null;
}

export interface TagsPlan {
  changes: { id: number; before: string | null; after: string | null }[];
  /** Clips that cannot take all of the new ones. */
  full: number;
}

/** A tag that a clip has keeps the case it was written in. */
export function planTags(
  rows: readonly Tagged[],
  { add, remove }: Pick<TagChange, 'add' | 'remove'>,
): TagsPlan {
  const plan: TagsPlan = { changes: [], full: 0 };
  const gone = new Set(remove.map((tag) => tag.toLowerCase()));
  for (const { id, tags } of rows) {
    const left = tagsIn(tags).filter((tag) => !gone.has(tag.toLowerCase()));
    const wanted = tagsIn(tagsText([...left, ...add]));
    if (add.length > 0 && wanted.length > mostTags) {
      plan.full++;
      continue;
    }
    const after = tagsText(wanted);
    if (after !== tags) plan.changes.push({ id, before: tags, after });
  }
  return plan;
}
