import { createContext, lazy, Suspense, use, useState, type ReactNode } from 'react';
import type { Clip } from '../../shared/clips.ts';
import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';
import type { RemovableClip } from './removal-plan.ts';
import { useKeep } from './use-keep.ts';
import { useRemoval, type Question } from './use-removal.ts';
import { useRestore } from './use-restore.ts';

/** What can be done with clips that are, or were, in the archive. */
export interface Removal {
  /** Deletes them; asks first where that is called for. */
  remove: (clips: readonly RemovableClip[], onOrdered?: () => void) => void;
  /** Resolves when it is done, or was refused. */
  keep: (clips: readonly RemovableClip[], kept: boolean) => Promise<void>;
  restore: (clips: readonly Clip[]) => void;
  /** Hours that the trash keeps a clip; null while that is not known. */
  trashHours: number | null;
  /** A question is open, to which all keys belong. */
  isAsking: boolean;
}

/** Most readers are never asked. */
const Confirm = lazy(async () => ({ default: (await import('../ui/confirm.tsx')).Confirm }));

const RemovalContext = createContext<Removal | null>(null);

export function useRemovalActions(): Removal {
  const removal = use(RemovalContext);
  if (!removal) throw new Error('There is no RemovalProvider above this.');
  return removal;
}

/** Deletes, keeps and restores for all that is within it; the questions of that are asked here, for rows come and go. */
export function RemovalProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const ask = (next: Question) => {
    setQuestion(next);
    setOpen(true);
    setAsking(true);
  };
  const remove = useRemoval(ask);
  const keep = useKeep();
  const restore = useRestore();
  const settings = useRoute(routes.getSettings);
  const removal: Removal = {
    remove: (clips, onOrdered) => void remove(clips, onOrdered),
    keep,
    restore: (clips) =>
      void restore(
        clips.map((clip) => clip.id),
        { byRule: clips.some((clip) => clip.state === 'expired') },
      ),
    trashHours: settings.data?.settings.trashHours ?? null,
    isAsking,
  };
  const answer = (deed: (() => void) | null | undefined) => () => {
    setOpen(false);
    // Only after this key press, or the Escape that closes the question closes the player behind it as well.
    setTimeout(() => setAsking(false));
    deed?.();
  };
  return (
    <RemovalContext value={removal}>
      {children}
      {question && (
        <Suspense>
          <Confirm
            opened={isOpen}
            onClose={answer(null)}
            title={question.words.title}
            deed={question.words.all}
            danger
            onConfirm={answer(question.onAll)}
            other={
              question.words.others
                ? { deed: question.words.others, onChoose: answer(question.onOthers) }
                : null
            }
          >
            {question.words.lines.map((text) => (
              <p key={text}>{text}</p>
            ))}
          </Confirm>
        </Suspense>
      )}
    </RemovalContext>
  );
}
