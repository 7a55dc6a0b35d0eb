import { Button } from '@mantine/core';
import { IconNote, IconTag } from '@tabler/icons-react';
import { useState } from 'react';
import type { Clip } from '../../shared/clips.ts';
import classes from './clip-notes.module.css';
import { NoteDialog } from './note-dialog.tsx';
import { TagsDialog } from './tags-dialog.tsx';
import { t } from './texts.ts';

/** What people said of a clip, and where they say it. */
export function ClipNotes({ clip }: { clip: Clip }) {
  const [dialog, setDialog] = useState<'tags' | 'note' | null>(null);
  const { note, tags = [] } = clip;
  const props = {
    what: clip.name,
    clips: [clip],
    opened: true,
    onClose: () => setDialog(null),
    onChanged: nothing,
  };
  return (
    <div className={classes.notes}>
      {note !== undefined && <p className={classes.note}>{note}</p>}
      {tags.length > 0 && (
        <ul className={classes.tags} aria-label={t('tags')}>
          {tags.map((tag) => (
            <li key={tag} className={classes.tag}>
              {tag}
            </li>
          ))}
        </ul>
      )}
      <div className={classes.buttons}>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconNote size={16} aria-hidden />}
          onClick={() => setDialog('note')}
        >
          {t('editNote')}
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconTag size={16} aria-hidden />}
          onClick={() => setDialog('tags')}
        >
          {t('editTags')}
        </Button>
      </div>
      {dialog === 'note' && <NoteDialog {...props} />}
      {dialog === 'tags' && <TagsDialog {...props} />}
    </div>
  );
}

const nothing = () => undefined;
