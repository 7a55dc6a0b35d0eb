import { useEffect, useState, type RefObject } from 'react';
import type { PageSize } from './day-line-plan.ts';

const remOf = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
const sizeNow = (): PageSize => ({ widthPx: document.documentElement.clientWidth, remPx: remOf() });

/** The width of the page and of one rem. */
export function usePageSize(): PageSize {
  const [size, setSize] = useState(sizeNow);
  useEffect(() => {
    const measure = () =>
      setSize((before) => {
        const next = sizeNow();
        return next.widthPx === before.widthPx && next.remPx === before.remPx ? before : next;
      });
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, []);
  return size;
}

/** The width or height of an element, in whole pixels. */
export function useElementPx(element: RefObject<HTMLElement | null>, side: 'width' | 'height'): number {
  const [px, setPx] = useState(0);
  useEffect(() => {
    const node = element.current;
    if (!node) return undefined;
    const observer = new ResizeObserver(() => setPx(side === 'width' ? node.clientWidth : node.offsetHeight));
    observer.observe(node);
    return () => observer.disconnect();
  }, [element, side]);
  return px;
}
