import { Skeleton } from '@mantine/core';
import classes from './skeletons.module.css';

/** Lines of text to come, each as wide a part as named, in percent. */
export function SkeletonLines({ widths }: { widths: readonly number[] }) {
  return (
    <div className={classes.lines} aria-hidden>
      {widths.map((width, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines without identity
        <Skeleton key={index} height={14} width={`${width}%`} radius="sm" />
      ))}
    </div>
  );
}

interface SkeletonRowsProps {
  count: number;
  /** `card`: days of the archive, each on its own ground; `line`: clips on one common ground. */
  form: 'card' | 'line';
}

/** Rows of a list to come, in the layout they will have. */
export function SkeletonRows({ count, form }: SkeletonRowsProps) {
  return (
    <div className={classes.rows} data-form={form} aria-hidden>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className={classes.row}>
          <Skeleton height={14} width="100%" radius="sm" />
          <Skeleton height={14} width="80%" radius="sm" />
          <Skeleton height={14} width="60%" radius="sm" />
        </div>
      ))}
    </div>
  );
}
