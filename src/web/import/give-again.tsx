import { useMutation } from '@tanstack/react-query';
import type { Import } from '../../shared/imports.ts';
import { failed } from '../ui/toasts.ts';
import { ChooseFiles } from './choose-files.tsx';
import type { Chosen } from './upload-plan.ts';
import { uploads } from './uploads.ts';

/** The browser is given the files of an upload again, which then goes on where it was. */
export function GiveAgain({ one }: { one: Import }) {
  const goOn = useMutation({
    mutationFn: (files: Chosen[]) => uploads.goOn(one, files),
    onError: failed('The upload could not go on'),
  });
  return (
    <ChooseFiles
      folderWords="Choose its folder again"
      filesWords="Choose its files again"
      isBusy={goOn.isPending}
      onChoose={goOn.mutate}
    />
  );
}
