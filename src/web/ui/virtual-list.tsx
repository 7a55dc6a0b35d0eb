import { useWindowVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import classes from './virtual-list.module.css';

export type ListHandle = Virtualizer<Window, HTMLLIElement>;

interface VirtualListProps {
  count: number;
  label: string;
  estimateSize: (index: number) => number;
  /** For long lists keep it the same function while it does the same: a new one has every row placed anew. */
  keyOf: (index: number) => string | number;
  renderRow: (index: number) => ReactNode;
  /** Told which rows are on the screen, to load what they need; keep it the same function while it does the same. */
  onRange?: (first: number, last: number) => void;
  handle?: RefObject<ListHandle | null>;
  /** Rows on one common ground, divided by lines. */
  framed?: boolean;
  /** Rows drawn before and after those on the screen; fewer where a row is much. */
  overscan?: number;
  /** Height of what stays at the top of the page and covers rows. */
  coveredPx?: number;
}

const headerPx = 64;

/** A list that scrolls with the window and draws only the rows in view; rows that appear above do not move the reader. */
export function VirtualList(props: VirtualListProps) {
  const { count, label, estimateSize, keyOf, renderRow, onRange, handle, framed } = props;
  const { overscan = 8, coveredPx = headerPx } = props;
  const listRef = useRef<HTMLUListElement | null>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  // oxlint-disable-next-line react/incompatible-library -- its instance is meant to change under our feet
  const virtualizer = useWindowVirtualizer<HTMLLIElement>({
    count,
    estimateSize,
    getItemKey: keyOf,
    overscan,
    scrollMargin,
    scrollPaddingStart: coveredPx + 12,
    directDomUpdates: true,
    anchorTo: window.scrollY > 120 ? 'end' : 'start',
  });
  useLayoutEffect(() => {
    const measure = () => {
      const top = listRef.current?.getBoundingClientRect().top;
      if (top !== undefined) setScrollMargin(Math.round(top + window.scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (handle) handle.current = virtualizer;
  }, [handle, virtualizer]);
  const first = virtualizer.range?.startIndex;
  const last = virtualizer.range?.endIndex;
  useEffect(() => {
    if (first !== undefined && last !== undefined) onRange?.(first, last);
  }, [first, last, count, onRange]);
  const setList = (node: HTMLUListElement | null) => {
    listRef.current = node;
    virtualizer.containerRef(node);
  };
  return (
    <ul className={classes.list} data-framed={framed} ref={setList} aria-label={label}>
      {virtualizer.getVirtualItems().map((item) => (
        <li
          key={item.key}
          ref={virtualizer.measureElement}
          data-index={item.index}
          className={classes.row}
          aria-setsize={count}
          aria-posinset={item.index + 1}
        >
          {renderRow(item.index)}
        </li>
      ))}
    </ul>
  );
}
