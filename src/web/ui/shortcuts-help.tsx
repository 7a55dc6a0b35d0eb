import { Kbd, Modal } from '@mantine/core';
import type { TextKey } from '../text/text.ts';
import type { en } from './shortcut-texts.en.ts';
import { t } from './shortcut-texts.ts';
import classes from './shortcuts-help.module.css';

interface KeyGroup {
  title: TextKey<typeof en>;
  keys: readonly (readonly [string, TextKey<typeof en>])[];
}

const groups: readonly KeyGroup[] = [
  {
    title: 'goTo',
    keys: [
      ['g h', 'home'],
      ['g a', 'archive'],
      ['g m', 'map'],
      ['g p', 'places'],
      ['g q', 'downloads'],
      ['g i', 'import'],
      ['g c', 'cameras'],
      ['g t', 'storage'],
      ['g e', 'health'],
      ['g s', 'settings'],
      ['g d', 'aDay'],
      ['/', 'find'],
      ['Ctrl+K', 'palette'],
      ['?', 'thisList'],
    ],
  },
  {
    title: 'inQueue',
    keys: [
      ['j k', 'rows'],
      ['x', 'selectRow'],
      ['X', 'selectRange'],
      ['Esc', 'selectNothing'],
    ],
  },
  {
    title: 'inArchive',
    keys: [
      ['x', 'choose'],
      ['X', 'chooseRange'],
      ['Shift+↑ Shift+↓', 'chooseOn'],
      ['Ctrl+A', 'chooseDay'],
      ['Esc', 'chooseNothing'],
      ['k', 'keep'],
      ['#', 'deleteIt'],
    ],
  },
  {
    title: 'whileClip',
    keys: [
      ['Space', 'play'],
      ['← →', 'fiveSeconds'],
      ['[', 'previous'],
      [']', 'next'],
      ['c', 'channel'],
      ['k', 'keepClip'],
      ['#', 'deleteClip'],
      ['Esc', 'close'],
    ],
  },
  {
    title: 'whileJourney',
    keys: [
      ['Space', 'play'],
      ['← →', 'fiveOrMinute'],
      [', .', 'onePicture'],
      ['< >', 'tempo'],
      ['1 2 3 4', 'lens'],
      ['g', 'layout'],
      ['f', 'full'],
      ['m', 'sound'],
      ['i o', 'range'],
      ['k', 'keepRange'],
      ['s', 'savePictures'],
    ],
  },
];

/** The list of keys, opened with `?`. */
export function ShortcutsHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('keys')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {groups.map((group) => (
        <section key={group.title} className={classes.group}>
          <h2 className={classes.title}>{t(group.title)}</h2>
          <dl className={classes.keys}>
            {group.keys.map(([keys, what]) => (
              <div key={keys} className={classes.row}>
                <dt className={classes.combo}>
                  {keys.split(' ').map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dt>
                <dd>{t(what)}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  );
}
