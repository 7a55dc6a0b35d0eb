import { Skeleton } from '@mantine/core';
import classes from './skeletons.module.css';

/** Lines of text to come, each as wide a part as named, in percent. */
export function SkeletonLines({ widths, height = 14 }: { widths: readonly number[]; height?: number }) {
  return (
    <div className={classes.lines} aria-hidden>
      {widths.map((width, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines without identity
        <Skeleton key={index} height={height} width={`${width}%`} radius="sm" />
      ))}
    </div>
  );
}

/** Rows of a list to come, in their own height. */
export function SkeletonRows({ count, height }: { count: number; height: number }) {
  return (
    <div className={classes.rows} aria-hidden>
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} height={height} radius="md" />
      ))}
    </div>
  );
}
