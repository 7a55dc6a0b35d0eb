import { IconCircleCheck } from '@tabler/icons-react';
import { routes } from '../../shared/routes.ts';
import type { System } from '../../shared/system.ts';
import { useRoute } from '../api.ts';
import { PasswordPanel } from '../entry/password-panel.tsx';
import { formatInstant } from '../format.ts';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { ProblemList } from '../ui/problem-list.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { useNow } from '../ui/use-now.ts';
import { AdoptionPanel } from './adoption-panel.tsx';
import { BackupsPanel } from './backups-panel.tsx';
import { DatabasePanel } from './database-panel.tsx';
import classes from './health-page.module.css';
import { ScanPanel } from './scan-panel.tsx';

/** Is anything wrong, is the database safe, and what came from where. */
export function HealthPage() {
  const system = useRoute(routes.getSystem);
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <Problems />
        <QueryView query={system} what="The state of the database" skeleton={<HealthSkeleton />}>
          {(data) => <Main system={data} />}
        </QueryView>
      </div>
      <div className={classes.column}>
        {system.data ? <Aside system={system.data} /> : <AsideSkeleton isShown={!system.isError} />}
        <PasswordPanel />
      </div>
    </div>
  );
}

function Problems() {
  const status = useRoute(routes.getStatus);
  return (
    <Panel title="Problems">
      <QueryView query={status} what="The problems" skeleton={<SkeletonLines widths={[50, 70]} />}>
        {({ problems }) => (problems.length > 0 ? <ProblemList problems={problems} /> : <NothingWrong />)}
      </QueryView>
    </Panel>
  );
}

function NothingWrong() {
  return (
    <p className={classes.good}>
      <IconCircleCheck size={20} stroke={1.8} aria-hidden />
      Nothing is wrong
    </p>
  );
}

function Main({ system }: { system: System }) {
  return (
    <>
      <BackupsPanel backups={system.backups} />
      {system.adoptions.map((adoption) => (
        <AdoptionPanel key={`${adoption.kind} ${adoption.at}`} adoption={adoption} />
      ))}
    </>
  );
}

function Aside({ system }: { system: System }) {
  const now = useNow();
  return (
    <>
      <DatabasePanel database={system.database} />
      <ScanPanel scan={system.scan} />
      <Panel title="Program">
        <Facts
          form="rows"
          facts={[
            ['Version', system.version],
            ['Running since', formatInstant(system.startedAt, now)],
          ]}
        />
      </Panel>
    </>
  );
}

function HealthSkeleton() {
  return (
    <Panel title="Backups">
      <SkeletonLines widths={[60, 90, 90, 90]} />
    </Panel>
  );
}

function AsideSkeleton({ isShown }: { isShown: boolean }) {
  if (!isShown) return null;
  return (
    <div className={classes.column} aria-busy="true">
      <Panel title="Database">
        <SkeletonLines widths={[50, 70, 40, 60]} />
      </Panel>
      <Panel title="Archive folder">
        <SkeletonLines widths={[60, 80]} />
      </Panel>
    </div>
  );
}
