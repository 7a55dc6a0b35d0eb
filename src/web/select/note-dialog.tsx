import { Button, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { mostNoteLetters } from '../../shared/notes.ts';
import { routes } from '../../shared/routes.ts';
import { call } from '../api.ts';
import classes from './notes-dialogs.module.css';
import { noteOf } from './selection-plan.ts';
import { aboveModals, type NotesDialogProps } from './tags-dialog.tsx';
import { t } from './texts.ts';
import { useBusy, useNotesOutcome } from './use-deeds.ts';

/** Writes a note to clips, in place of the one they have. Drawn anew each time it is opened. */
export function NoteDialog({ what, clips, opened, onClose, onChanged }: NotesDialogProps) {
  const before = noteOf(clips);
  const [note, setNote] = useState(before ?? '');
  const { busy, run } = useBusy();
  const tell = useNotesOutcome(onChanged);
  const write = async () => {
    const clipIds = clips.map(({ id }) => id);
    const outcome = await call(routes.noteClips, { body: { clipIds, note } });
    await tell(outcome, { done: t(note.trim() === '' ? 'unnoted' : 'noted', { count: outcome.changed }) });
  };
  const save = async () => {
    if (await run('note', write, t('notNoted'))) onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('noteOf', { what })}
      zIndex={aboveModals}
      closeButtonProps={{ 'aria-label': t('cancel') }}
    >
      <Textarea
        label={t('noteText')}
        description={before === null ? t('noteDiffers') : t('noteHint')}
        autosize
        minRows={3}
        maxRows={12}
        maxLength={mostNoteLetters}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        data-autofocus
      />
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button loading={busy !== null} disabled={note === before} onClick={() => void save()}>
          {t('saveNote')}
        </Button>
      </div>
    </Modal>
  );
}
