import { useEffect, useRef, useState } from 'react';
import { routes } from '../../shared/routes.ts';
import type { SetUpDraft, SetUpStep, SetUpView } from '../../shared/set-up.ts';
import { useAction } from '../api.ts';
import { browserZone, draftToBegin, laterOf, mayGo, stepOfHash } from './set-up-plan.ts';

const saveAfterMs = 500;

export interface SetUp {
  draft: SetUpDraft;
  step: SetUpStep;
  furthest: SetUpStep;
  change: (part: Partial<SetUpDraft>) => void;
  /** Goes to a step, by the browser's own history, so that its way back leads back. */
  go: (step: SetUpStep) => void;
  /** The last answers could not be kept on the server. */
  isUnsaved: boolean;
}

/** The answers and the step that is shown. They are kept on the server, so that a reload, or another device, goes on with them. */
export function useSetUp(view: SetUpView): SetUp {
  const [draft, setDraft] = useState(() => draftToBegin(view, browserZone()));
  const [furthest, setFurthest] = useState<SetUpStep>(draft.step);
  const step = useHashStep(draft.step, furthest);
  const save = useSave({ ...draft, step: furthest });
  return {
    draft,
    step,
    furthest,
    isUnsaved: save.isError,
    change: (part) => setDraft((now) => ({ ...now, ...part })),
    go: (to) => {
      setFurthest((now) => laterOf(now, to));
      location.hash = to;
    },
  };
}

/** The step that the address names, as far as one has been. */
function useHashStep(first: SetUpStep, furthest: SetUpStep): SetUpStep {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const look = () => setHash(location.hash);
    window.addEventListener('hashchange', look);
    return () => window.removeEventListener('hashchange', look);
  }, []);
  const named = stepOfHash(hash);
  return named !== null && mayGo(named, furthest) ? named : first;
}

/** Keeps what was answered a moment after it was; nothing that is under way is overtaken. */
function useSave(draft: SetUpDraft): { isError: boolean } {
  const { mutate, isPending, isError } = useAction(routes.saveSetUp);
  const kept = useRef(JSON.stringify(draft));
  const text = JSON.stringify(draft);
  useEffect(() => {
    if (text === kept.current || isPending) return undefined;
    const timer = setTimeout(() => {
      kept.current = text;
      mutate({ body: draft });
    }, saveAfterMs);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `text` is the draft
  }, [text, isPending, mutate]);
  return { isError };
}
