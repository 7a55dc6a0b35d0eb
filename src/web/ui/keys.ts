import { useEffect, useRef } from 'react';

/** What keys do: `/`, `Escape`, `Shift+ArrowLeft`, or one after another as in `g h`. A handler that returns false leaves the key to the browser. */
export type KeyBindings = Record<string, () => void | false>;

const sequenceMs = 1200;

/** Which binding a key completes after those pressed before it, and what is pressed so far. */
export function matchKey(
  bindings: readonly string[],
  before: string,
  key: string,
): { binding: string | null; pending: string } {
  const combined = before ? `${before} ${key}` : key;
  for (const candidate of [combined, key]) {
    if (bindings.includes(candidate)) return { binding: candidate, pending: '' };
  }
  const begins = bindings.some((binding) => binding.startsWith(`${key} `));
  return { binding: null, pending: begins ? key : '' };
}

/** Keys without a sign of their own are told apart by Shift where that is bound: `Shift+ArrowLeft`. */
export function keyName(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  bindings: readonly string[],
): string {
  const shifted = `Shift+${key}`;
  return shiftKey && key.length > 1 && bindings.includes(shifted) ? shifted : key;
}

/** Whether the reader is typing, so that letters are letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const fields = 'input:not([type=radio], [type=checkbox], [type=range]), textarea, select';
  return target.isContentEditable || target.matches(fields);
}

/** Listens to keys for as long as the component is there. */
export function useKeys(bindings: KeyBindings): void {
  const current = useRef(bindings);
  useEffect(() => {
    current.current = bindings;
  });
  useEffect(() => {
    let pending = { keys: '', at: 0 };
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const before = event.timeStamp - pending.at < sequenceMs ? pending.keys : '';
      const names = Object.keys(current.current);
      const match = matchKey(names, before, keyName(event, names));
      pending = { keys: match.pending, at: event.timeStamp };
      if (match.binding === null) return;
      if (current.current[match.binding]?.() !== false) event.preventDefault();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}
