import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import classes from './long-list.module.css';
import { t } from './texts.ts';

interface LongListProps<T> {
  items: readonly T[];
  shownAtFirst: number;
  className: string | undefined;
  keyOf: (item: T) => string;
  render: (item: T) => ReactNode;
}

/** A list of which the first part is shown, and the rest on demand. */
export function LongList<T>({ items, shownAtFirst, className, keyOf, render }: LongListProps<T>) {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? items : items.slice(0, shownAtFirst);
  return (
    <div>
      <ul className={className}>
        {shown.map((item) => (
          <li key={keyOf(item)}>{render(item)}</li>
        ))}
      </ul>
      {items.length > shown.length && (
        <Button className={classes.more ?? ''} variant="subtle" onClick={() => setAll(true)}>
          {t('showOthers', { count: items.length - shown.length })}
        </Button>
      )}
    </div>
  );
}
