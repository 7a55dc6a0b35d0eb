import { Button } from '@mantine/core';
import { IconFile, IconFolderOpen } from '@tabler/icons-react';
import { useRef, type ChangeEvent } from 'react';
import classes from './choose-files.module.css';
import { t } from './texts.ts';
import { plainPath, type Chosen } from './upload-plan.ts';

/** Not in every browser of a phone. */
const canChooseFolders = 'webkitdirectory' in HTMLInputElement.prototype;
/** Types of React do not know it. */
const folderOnly = { webkitdirectory: '' };

interface ChooseFilesProps {
  onChoose: (files: Chosen[]) => void;
  isBusy?: boolean;
  /** The deeds as their buttons say them. */
  folderWords?: string;
  filesWords?: string;
}

/** Two ways to give the browser files: a folder with all that lies below it, or single files. */
export function ChooseFiles(props: ChooseFilesProps) {
  const { onChoose, isBusy = false, folderWords = t('chooseFolder'), filesWords = t('chooseFiles') } = props;
  const folder = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const change = (event: ChangeEvent<HTMLInputElement>) => {
    const chosen = [...(event.currentTarget.files ?? [])].map((file) => ({
      path: plainPath(file.webkitRelativePath || file.name),
      file,
    }));
    // So that the same choice counts again.
    event.currentTarget.value = '';
    if (chosen.length > 0) onChoose(chosen);
  };
  return (
    <div className={classes.buttons}>
      {canChooseFolders && (
        <Button
          leftSection={<IconFolderOpen size={18} aria-hidden />}
          loading={isBusy}
          onClick={() => folder.current?.click()}
        >
          {folderWords}
        </Button>
      )}
      <Button
        variant={canChooseFolders ? 'default' : 'filled'}
        leftSection={<IconFile size={18} aria-hidden />}
        disabled={isBusy}
        onClick={() => files.current?.click()}
      >
        {filesWords}
      </Button>
      <input
        ref={folder}
        type="file"
        multiple
        hidden
        {...folderOnly}
        aria-label={folderWords}
        onChange={change}
      />
      <input ref={files} type="file" multiple hidden aria-label={filesWords} onChange={change} />
    </div>
  );
}
