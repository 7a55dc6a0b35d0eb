import { Button, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconFolderSearch } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import type { ImportSource } from '../../shared/imports.ts';
import { routes } from '../../shared/routes.ts';
import { useAction, useRoute } from '../api.ts';
import { fullStop } from '../format.ts';
import { Panel } from '../ui/panel.tsx';
import { SkeletonLines } from '../ui/skeletons.tsx';
import { QueryView } from '../ui/states.tsx';
import classes from './import-page.module.css';
import { sourceWords } from './import-words.ts';
import { t } from './texts.ts';

/** Folders and cards of the machine that the program runs on. */
export function FolderPanel({ cameraId }: { cameraId: number | null }) {
  const sources = useRoute(routes.listImportSources);
  const [wanted, setWanted] = useState('');
  const plan = useAction(routes.planImport, { refetch: [routes.listImports, routes.listImportSources] });
  const look = (path: string) => {
    setWanted(path);
    plan.mutate({ body: { path, cameraId } });
  };
  const busyWith = plan.isPending ? wanted : null;
  return (
    <Panel title={t('fromServer')} actions={<Link to="/settings">{t('folderSetting')}</Link>}>
      <div className={classes.body}>
        <QueryView query={sources} what={t('theFolders')} skeleton={<SkeletonLines widths={[60, 80, 60]} />}>
          {(data) => (
            <ul className={classes.sources}>
              {data.sources.map((source) => (
                <SourceRow
                  key={source.path}
                  source={source}
                  isBusy={busyWith === source.path}
                  onLook={() => look(source.path)}
                />
              ))}
            </ul>
          )}
        </QueryView>
        <OtherFolder busyWith={busyWith} onLook={look} />
        {plan.error && (
          <p className={classes.error} role="alert">
            {fullStop(plan.error.message)}
          </p>
        )}
      </div>
    </Panel>
  );
}

interface SourceRowProps {
  source: ImportSource;
  isBusy: boolean;
  onLook: () => void;
}

function SourceRow({ source, isBusy, onLook }: SourceRowProps) {
  const words = sourceWords(source);
  return (
    <li className={classes.source}>
      <div className={classes.sourceWords}>
        <span className={classes.name}>{source.label}</span>
        {!source.label.includes(source.path) && <span className={classes.path}>{source.path}</span>}
        {words && <span className={classes.small}>{words}</span>}
      </div>
      {source.state === 'there' && (
        <Button
          variant="default"
          leftSection={<IconFolderSearch size={17} aria-hidden />}
          aria-label={t('lookIn', { folder: source.label })}
          loading={isBusy}
          onClick={onLook}
        >
          {t('lookWhatIsNew')}
        </Button>
      )}
    </li>
  );
}

/** A folder further in, as when there are several cards' worth in one. */
function OtherFolder({ busyWith, onLook }: { busyWith: string | null; onLook: (path: string) => void }) {
  const [path, setPath] = useState('');
  const trimmed = path.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (trimmed !== '') onLook(trimmed);
  };
  return (
    <form className={classes.other} onSubmit={submit}>
      <TextInput
        label={t('otherFolder')}
        placeholder="/media/card/DCIM"
        value={path}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onChange={(event) => setPath(event.currentTarget.value)}
      />
      <Button
        type="submit"
        variant="default"
        disabled={trimmed === ''}
        loading={busyWith !== null && busyWith === trimmed}
      >
        {t('look')}
      </Button>
    </form>
  );
}
