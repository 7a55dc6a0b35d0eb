/** Long enough to be looked at: rows that fly by under a scrolling thumb load nothing. */
const lookMs = 90;
/** A little before it comes into view. */
const margin = '160px 0px';

const callbacks = new WeakMap<Element, () => void>();
const timers = new WeakMap<Element, number>();
let observer: IntersectionObserver | null = null;

/** Calls `onSeen` once, when an element has been in view for a moment; returns what gives it up. */
export function watchSeen(element: Element, onSeen: () => void): () => void {
  observer ??= new IntersectionObserver(onChange, { rootMargin: margin });
  callbacks.set(element, onSeen);
  observer.observe(element);
  return () => forget(element);
}

function onChange(entries: readonly IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) {
    window.clearTimeout(timers.get(target));
    if (isIntersecting)
      timers.set(
        target,
        window.setTimeout(() => seen(target), lookMs),
      );
  }
}

function seen(element: Element): void {
  const onSeen = callbacks.get(element);
  forget(element);
  onSeen?.();
}

function forget(element: Element): void {
  observer?.unobserve(element);
  window.clearTimeout(timers.get(element));
  timers.delete(element);
  callbacks.delete(element);
}
