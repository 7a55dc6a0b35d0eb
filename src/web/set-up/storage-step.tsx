import { Button, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import { useId, type FormEvent } from 'react';
import { routes } from '../../shared/routes.ts';
import type { VolumeCheck } from '../../shared/set-up.ts';
import { call, keyOf, type ApiError } from '../api.ts';
import { fullStop } from '../format.ts';
import type { StepProps } from './set-up-form.tsx';
import classes from './set-up.module.css';
import { StepButtons } from './step-buttons.tsx';
import { t } from './texts.ts';
import { findingsOf, type Finding } from './volume-words.ts';

/** Both folders, tried by writing into them. Nobody has to wait for it. */
export function StorageStep({ view, onNext, onBack }: StepProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onNext();
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <p className={classes.help}>{t('storageHelp')}</p>
      <Volume volume="recordings" title={t('recordings')} path={view.recordings} />
      <Volume volume="config" title={t('config')} path={view.configDir} />
      <StepButtons onBack={onBack} />
    </form>
  );
}

interface VolumeProps {
  volume: VolumeCheck['volume'];
  title: string;
  path: string;
}

function Volume({ volume, title, path }: VolumeProps) {
  const id = useId();
  const check = useQuery<VolumeCheck, ApiError>({
    queryKey: keyOf(routes.checkVolume, { volume }),
    queryFn: ({ signal }) => call(routes.checkVolume, { body: { volume } }, { signal }),
    retry: false,
    // Each one writes: not again with every look at the page.
    staleTime: Infinity,
  });
  return (
    <section className={classes.volume} aria-labelledby={id}>
      <div className={classes.volumeHead}>
        <h2 className={classes.volumeTitle} id={id}>
          {title}
        </h2>
        <p className={classes.path}>{path}</p>
      </div>
      <div aria-live="polite">
        {check.isFetching ? (
          <p className={classes.checking}>
            <Loader size={16} aria-hidden />
            {t('checking')}
          </p>
        ) : check.error ? (
          <p className={classes.error}>{t('checkFailed', { message: fullStop(check.error.message) })}</p>
        ) : (
          check.data && <Findings findings={findingsOf(check.data)} />
        )}
      </div>
      {!check.isFetching && (
        <div>
          <Button variant="default" size="xs" onClick={() => void check.refetch()}>
            {t('checkAgain')}
          </Button>
        </div>
      )}
    </section>
  );
}

const icons = { good: IconCircleCheck, note: IconInfoCircle, bad: IconAlertTriangle } as const;

function Findings({ findings }: { findings: readonly Finding[] }) {
  return (
    <ul className={classes.findings}>
      {findings.map(({ tone, text, advice }) => {
        const Icon = icons[tone];
        return (
          <li key={text} className={classes.finding} data-tone={tone}>
            <span className={classes.findingIcon} aria-hidden>
              <Icon size={18} stroke={1.8} />
            </span>
            <p>{text}</p>
            {advice !== null && <p className={classes.advice}>{advice}</p>}
          </li>
        );
      })}
    </ul>
  );
}
