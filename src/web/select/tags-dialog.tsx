import { ActionIcon, Autocomplete, Button, Modal } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { mostTagLetters } from '../../shared/notes.ts';
import type { ChosenClip } from '../../shared/select.ts';
import { routes } from '../../shared/routes.ts';
import { call, useRoute } from '../api.ts';
import classes from './notes-dialogs.module.css';
import { tagsOf } from './selection-plan.ts';
import { t } from './texts.ts';
import { useBusy, useNotesOutcome } from './use-deeds.ts';

export interface NotesDialogProps {
  /** What it is about, as its title says it. */
  what: string;
  clips: readonly Pick<ChosenClip, 'id' | 'tags' | 'note'>[];
  opened: boolean;
  onClose: () => void;
  /** What is told of the clips has changed. */
  onChanged: () => void;
}

/** The player may be open below it. */
export const aboveModals = 210;

/** Which tags clips have, and how many of them; one is given to all, or taken away, at once. */
export function TagsDialog({ what, clips, opened, onClose, onChanged }: NotesDialogProps) {
  const tags = tagsOf(clips);
  const { busy, change } = useTagChange(clips, onChanged);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('tagsOf', { what })}
      zIndex={aboveModals}
      closeButtonProps={{ 'aria-label': t('done') }}
    >
      <NewTag isBusy={busy !== null} onAdd={(tag) => change(tag, true)} />
      {tags.length === 0 && <p className={classes.hint}>{t('noTags')}</p>}
      <ul className={classes.tags}>
        {tags.map(({ tag, clips: count }) => (
          <li key={tag} className={classes.tag}>
            <span className={classes.word}>{tag}</span>
            <span className={classes.share}>
              {count === clips.length ? t('tagOnAll') : t('tagOnSome', { count, total: clips.length })}
            </span>
            {count < clips.length && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={t('tagToAll', { tag })}
                disabled={busy !== null}
                onClick={() => void change(tag, true)}
              >
                <IconPlus size={18} aria-hidden />
              </ActionIcon>
            )}
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={t('removeTag', { tag })}
              disabled={busy !== null}
              onClick={() => void change(tag, false)}
            >
              <IconX size={18} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose}>
          {t('done')}
        </Button>
      </div>
    </Modal>
  );
}

function useTagChange(clips: NotesDialogProps['clips'], onChanged: () => void) {
  const { busy, run } = useBusy();
  const tell = useNotesOutcome(onChanged);
  const change = (tag: string, isOn: boolean) =>
    run(
      tag,
      async () => {
        const clipIds = clips.map(({ id }) => id);
        const words = isOn ? { add: [tag] } : { remove: [tag] };
        const outcome = await call(routes.tagClips, { body: { clipIds, ...words } });
        await tell(outcome, {
          done: t(isOn ? 'tagged' : 'untagged', { tag, count: outcome.changed }),
        });
      },
      t('notTagged'),
    );
  return { busy, change };
}

function NewTag({ isBusy, onAdd }: { isBusy: boolean; onAdd: (tag: string) => Promise<boolean> }) {
  const [text, setText] = useState('');
  const known = useRoute(routes.listTags).data?.tags ?? [];
  const tag = text.trim();
  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (tag !== '' && (await onAdd(tag))) setText('');
  };
  return (
    <form className={classes.add} onSubmit={(event) => void add(event)}>
      <Autocomplete
        className={classes.field ?? ''}
        label={t('newTag')}
        description={t('newTagHint')}
        // Below the field are the tags that the clips have: they are covered only while something is typed.
        data={tag === '' ? [] : known}
        limit={20}
        maxLength={mostTagLetters}
        value={text}
        onChange={setText}
        comboboxProps={{ zIndex: aboveModals + 1 }}
        data-autofocus
      />
      <Button type="submit" loading={isBusy} disabled={tag === ''}>
        {t('addTag')}
      </Button>
    </form>
  );
}
