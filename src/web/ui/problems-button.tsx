import { Popover, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Problem } from '../../shared/status.ts';
import { ProblemList } from './problem-list.tsx';
import classes from './problems-button.module.css';
import { t } from './texts.ts';

/** How many problems there are; opens what they are and what to do. */
export function ProblemsButton({ problems }: { problems: readonly Problem[] }) {
  return (
    <Popover position="bottom-end" width={380} radius="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className={classes.button}
          data-severity={worstOf(problems)}
          aria-label={t('problemCount', { count: problems.length })}
        >
          <IconAlertTriangle size={18} stroke={1.8} aria-hidden />
          {problems.length}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown} aria-label={t('problems')}>
        <ProblemList problems={problems} />
      </Popover.Dropdown>
    </Popover>
  );
}

function worstOf(problems: readonly Problem[]): Problem['severity'] {
  return problems.some((problem) => problem.severity === 'error') ? 'error' : 'warning';
}
