import { Button } from '@mantine/core';
import { IconDownload, IconLifebuoy } from '@tabler/icons-react';
import type { SupportBundle } from '../../shared/support.ts';
import { routes } from '../../shared/routes.ts';
import { urlOf, useAction } from '../api.ts';
import { formatBytes } from '../format.ts';
import { Panel } from '../ui/panel.tsx';
import { failed } from '../ui/toasts.ts';
import page from './health-page.module.css';
import classes from './support-panel.module.css';
import { t } from './texts.ts';

/** What is given to who helps: first read, then saved; nothing is sent by itself. */
export function SupportPanel() {
  const make = useAction(routes.makeSupportBundle, { onError: failed(t('supportFailed')) });
  return (
    <Panel title={t('support')}>
      <div className={page.body}>
        <p className={page.dim}>{t('supportHelp')}</p>
        {make.data && <Contents bundle={make.data} />}
        <div className={page.buttons}>
          {make.data && (
            <Button
              component="a"
              href={urlOf(routes.getSupportBundle, { params: { id: make.data.id } })}
              download
              leftSection={<IconDownload size={17} aria-hidden />}
            >
              {t('supportSave')}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconLifebuoy size={17} aria-hidden />}
            loading={make.isPending}
            onClick={() => make.mutate(undefined)}
          >
            {t(make.data ? 'supportAgain' : 'supportMake')}
          </Button>
        </div>
      </div>
    </Panel>
  );
}

function Contents({ bundle: { files } }: { bundle: SupportBundle }) {
  const size = formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0));
  return (
    <section aria-label={t('supportShow')}>
      <h3 className={page.subtitle}>
        {t('supportShow')}: {t('supportFiles', { count: files.length, size })}
      </h3>
      <ul className={classes.files}>
        {files.map(({ name, bytes, text }) => (
          <li key={name}>
            <details className={classes.file}>
              <summary className={classes.name}>
                {name} <span className={classes.size}>{formatBytes(bytes)}</span>
              </summary>
              {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
              <pre className={classes.text} tabIndex={0}>
                {text}
              </pre>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
