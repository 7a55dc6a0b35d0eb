import { Button, Modal, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { mostMarkText } from '../../shared/own-marks.ts';
import type { ChosenCapture } from '../../shared/select.ts';
import { routes } from '../../shared/routes.ts';
import { call } from '../api.ts';
import classes from './notes-dialogs.module.css';
import { aboveModals } from './tags-dialog.tsx';
import { t } from './texts.ts';
import { useBusy, useNotesOutcome } from './use-deeds.ts';

/** As many as the server takes at once: more marks than anybody looks at. */
const mostMarks = 200;

interface MarkDialogProps {
  captures: readonly ChosenCapture[];
  opened: boolean;
  onClose: () => void;
}

/** Marks the moments at which recordings begin. */
export function MarkDialog({ captures, opened, onClose }: MarkDialogProps) {
  const [text, setText] = useState('');
  const { busy, run } = useBusy();
  const tell = useNotesOutcome(() => undefined);
  const areTooMany = captures.length > mostMarks;
  const mark = async () => {
    const marks = captures.map(({ startedAt, cameraId }) => ({ at: startedAt, cameraId, text }));
    const outcome = await call(routes.addMarks, { body: { marks } });
    const done = t('marked', { count: outcome.changed });
    await tell(outcome, { done, nothing: t('markedAlready') });
  };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (await run('mark', mark, t('notMarked'))) onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('markStarts', { count: captures.length })}
      zIndex={aboveModals}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      <form onSubmit={(event) => void save(event)}>
        <TextInput
          label={t('markText')}
          {...(areTooMany && { error: t('mostMarks', { most: mostMarks }) })}
          maxLength={mostMarkText}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          data-autofocus
        />
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={busy !== null} disabled={areTooMany}>
            {t('mark')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
