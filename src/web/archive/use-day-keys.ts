import type { Capture } from '../../shared/clips.ts';
import { useKeys } from '../ui/keys.ts';
import { areAllKept } from './removal-plan.ts';
import { useRemovalActions } from './removal-provider.tsx';

/** `k` keeps the capture under the focus, else the one under the pointer, or lets go of it; `#` deletes it. */
export function useDayKeys(captures: readonly Capture[], isListFree: boolean): void {
  const { keep, remove, isAsking } = useRemovalActions();
  const withHere = (deed: (capture: Capture) => void) => () => {
    if (!isListFree || isAsking || document.querySelector('[role="menu"]')) return false;
    const id = captureId(document.activeElement) ?? captureId(document.querySelector('[data-capture]:hover'));
    const capture = captures.find((each) => each.id === id);
    if (!capture) return false;
    deed(capture);
    return undefined;
  };
  useKeys({
    k: withHere(({ clips }) => void keep(clips, !areAllKept(clips))),
    '#': withHere(({ clips }) => remove(clips)),
  });
}

function captureId(element: Element | null): number | null {
  const row = element?.closest<HTMLElement>('[data-capture]');
  return row ? Number(row.dataset['capture']) : null;
}
