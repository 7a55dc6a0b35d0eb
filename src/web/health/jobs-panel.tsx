import { Button, Progress } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import type { Job } from '../../shared/jobs.ts';
import { routes } from '../../shared/routes.ts';
import { useAction, useRoute } from '../api.ts';
import { Light } from '../ui/chips.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import { failed } from '../ui/toasts.ts';
import { useNow } from '../ui/use-now.ts';
import page from './health-page.module.css';
import { jobAbout, jobFacts, jobPercent, jobTone, jobWords } from './jobs-words.ts';
import classes from './jobs-panel.module.css';
import { t } from './texts.ts';

/** What the program works at in the background, how far it is, and how to end it. */
export function JobsPanel() {
  const query = useRoute(routes.listJobs);
  return (
    <Panel title={t('work')}>
      <QueryView query={query} what={t('theWork')} skeleton={<SkeletonLines widths={[60, 80]} />}>
        {({ jobs }) =>
          jobs.length === 0 ? (
            <p className={page.dim}>{t('noWork')}</p>
          ) : (
            <ul className={classes.list}>
              {jobs.map((job) => (
                <JobRow key={job.id} job={job} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Panel>
  );
}

function JobRow({ job }: { job: Job }) {
  const now = useNow();
  const what = jobWords[job.kind];
  const about = jobAbout(job);
  const percent = jobPercent(job);
  return (
    <li className={classes.job}>
      <div className={classes.words}>
        <p className={page.state}>
          <Light tone={jobTone(job)} />
          {what}
        </p>
        <p className={page.dim}>{jobFacts(job, now).join(' · ')}</p>
        {about !== null && <p className={classes.about}>{about}</p>}
      </div>
      {job.canCancel && <EndButton job={job} what={what} />}
      {percent !== null && (
        <Progress
          className={classes.progress ?? ''}
          size={6}
          radius="xl"
          aria-label={t('progressOf', { what })}
          value={percent}
        />
      )}
    </li>
  );
}

function EndButton({ job, what }: { job: Job; what: string }) {
  const [isAsked, setAsked] = useState(false);
  const end = useAction(routes.cancelJob, {
    refetch: [routes.listJobs, routes.getSystem, routes.getArchiveCheck, routes.listImports],
    onError: failed(t('notEnded')),
  });
  const act = () => {
    setAsked(false);
    end.mutate({ params: { id: job.id } });
  };
  return (
    <>
      <Button
        variant="default"
        size="xs"
        aria-label={t('endOf', { what })}
        leftSection={<IconPlayerStop size={15} aria-hidden />}
        loading={end.isPending}
        onClick={job.kind === 'import' ? () => setAsked(true) : act}
      >
        {t('end')}
      </Button>
      <Confirm
        opened={isAsked}
        onClose={() => setAsked(false)}
        title={t('endImportTitle')}
        deed={t('endImport')}
        onConfirm={act}
      >
        <p>{t('endImportHelp')}</p>
      </Confirm>
    </>
  );
}
