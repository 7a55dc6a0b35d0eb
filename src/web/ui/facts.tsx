import type { ReactNode } from 'react';
import classes from './facts.module.css';

interface FactsProps {
  /** Name and value; a fact without a value is left out. */
  facts: readonly (readonly [name: string, value: ReactNode])[];
  /** `columns`: side by side where there is room; `rows`: one below the other. */
  form?: 'columns' | 'rows';
}

/** Small facts, each under its name. */
export function Facts({ facts, form = 'columns' }: FactsProps) {
  return (
    <dl className={classes.facts} data-form={form}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt className={classes.name}>{name}</dt>
            <dd className={classes.value}>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
