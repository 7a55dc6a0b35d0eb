import { useMutation } from '@tanstack/react-query';
import type { Import } from '../../shared/imports.ts';
import { failed } from '../ui/toasts.ts';
import { ChooseFiles } from './choose-files.tsx';
import { t } from './texts.ts';
import type { Chosen } from './upload-plan.ts';
import { uploads } from './uploads.ts';

/** The browser is given the files of an upload again, which then goes on where it was. */
export function GiveAgain({ one }: { one: Import }) {
  const goOn = useMutation({
    mutationFn: (files: Chosen[]) => uploads.goOn(one, files),
    onError: failed(t('notGoneOn')),
  });
  return (
    <ChooseFiles
      folderWords={t('folderAgain')}
      filesWords={t('filesAgain')}
      isBusy={goOn.isPending}
      onChoose={goOn.mutate}
    />
  );
}
