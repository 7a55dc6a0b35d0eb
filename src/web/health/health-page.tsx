import { IconCircleCheck } from '@tabler/icons-react';
import { routes } from '../../shared/routes.ts';
import type { Problem } from '../../shared/status.ts';
import type { System } from '../../shared/system.ts';
import { useRoute } from '../api.ts';
import { formatInstant } from '../format.ts';
import { Facts } from '../ui/facts.tsx';
import { Panel } from '../ui/panel.tsx';
import { ProblemList } from '../ui/problem-list.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { useNow } from '../ui/use-now.ts';
import { t } from './texts.ts';
import { AdoptionPanel } from './adoption-panel.tsx';
import { BackupsPanel } from './backups-panel.tsx';
import { CheckPanel } from './check-panel.tsx';
import { DatabasePanel } from './database-panel.tsx';
import classes from './health-page.module.css';
import { HealthViews } from './health-views.tsx';
import { JobsPanel } from './jobs-panel.tsx';
import { MediaPanel } from './media-panel.tsx';
import { ProblemLinks } from './problem-links.tsx';
import { ScanPanel } from './scan-panel.tsx';
import { SupportPanel } from './support-panel.tsx';

/** Is anything wrong, is the database safe, and what came from where. */
export function HealthPage() {
  const system = useRoute(routes.getSystem);
  return (
    <>
      <HealthViews />
      <div className={classes.page}>
        <div className={classes.column}>
          <Problems />
          <JobsPanel />
          <QueryView query={system} what={t('theDatabaseState')} skeleton={<HealthSkeleton />}>
            {(data) => <Main system={data} />}
          </QueryView>
          <MediaPanel />
          <SupportPanel />
        </div>
        <div className={classes.column}>
          {system.data ? <Aside system={system.data} /> : <AsideSkeleton isShown={!system.isError} />}
        </div>
      </div>
    </>
  );
}

function Problems() {
  const status = useRoute(routes.getStatus);
  return (
    <Panel title={t('problems')}>
      <QueryView query={status} what={t('theProblems')} skeleton={<SkeletonLines widths={[50, 70]} />}>
        {({ problems }) =>
          problems.length > 0 ? <ProblemList problems={problems} more={linksOf} /> : <NothingWrong />
        }
      </QueryView>
    </Panel>
  );
}

const linksOf = (problem: Problem) => <ProblemLinks problem={problem} />;

function NothingWrong() {
  return (
    <p className={classes.good}>
      <IconCircleCheck size={20} stroke={1.8} aria-hidden />
      {t('nothingWrong')}
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
      <CheckPanel />
      <Panel title={t('program')}>
        <Facts
          form="rows"
          facts={[
            [t('version'), system.version],
            [t('runningSince'), formatInstant(system.startedAt, now)],
          ]}
        />
      </Panel>
    </>
  );
}

function HealthSkeleton() {
  return (
    <Panel title={t('backups')}>
      <SkeletonLines widths={[60, 90, 90, 90]} />
    </Panel>
  );
}

function AsideSkeleton({ isShown }: { isShown: boolean }) {
  if (!isShown) return null;
  return (
    <div className={classes.column} aria-busy="true">
      <Panel title={t('database')}>
        <SkeletonLines widths={[50, 70, 40, 60]} />
      </Panel>
      <Panel title={t('archiveFolder')}>
        <SkeletonLines widths={[60, 80]} />
      </Panel>
    </div>
  );
}
