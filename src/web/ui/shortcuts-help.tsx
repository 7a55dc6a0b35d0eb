import { Kbd, Modal } from '@mantine/core';
import classes from './shortcuts-help.module.css';

const groups = [
  {
    title: 'Go to',
    keys: [
      ['g h', 'Home'],
      ['g a', 'Archive'],
      ['g m', 'Map'],
      ['g p', 'Places'],
      ['g q', 'Downloads'],
      ['g i', 'Import'],
      ['g c', 'Cameras'],
      ['g t', 'Storage'],
      ['g e', 'Health'],
      ['g s', 'Settings'],
      ['g d', 'A day, a time or a place in the archive'],
      ['/', 'Go to a time or place in the archive, search in settings'],
      ['Ctrl+K', 'Pages, deeds, settings, times and places by their names'],
      ['?', 'This list'],
    ],
  },
  {
    title: 'In the queue of downloads',
    keys: [
      ['j k', 'One row down or up'],
      ['x', 'Select the row, or let it go'],
      ['X', 'Select all rows from the last one selected'],
      ['Esc', 'Select nothing'],
    ],
  },
  {
    title: 'In the archive',
    keys: [
      ['x', 'Choose the recording or the day under the pointer or the focus, or let go of it'],
      ['X', 'Choose all from the last one chosen'],
      ['Shift+↑ Shift+↓', 'Choose from row to row'],
      ['Ctrl+A', 'Choose the whole day'],
      ['Esc', 'Choose nothing'],
      ['k', 'Keep the recording under the pointer or the focus, or let go of it'],
      ['#', 'Delete it'],
    ],
  },
  {
    title: 'While a clip plays',
    keys: [
      ['Space', 'Play or pause'],
      ['← →', 'Five seconds back or on'],
      ['[', 'Previous recording'],
      [']', 'Next recording'],
      ['c', 'Next channel'],
      ['k', 'Keep the clip, or let go of it'],
      ['#', 'Delete the clip'],
      ['Esc', 'Close'],
    ],
  },
  {
    title: 'While a journey or a day plays',
    keys: [
      ['Space', 'Play or pause'],
      ['← →', 'Five seconds back or on, a minute with Shift'],
      [', .', 'One picture back or on'],
      ['< >', 'Slower or faster'],
      ['1 2 3 4', 'Show that lens large'],
      ['g', 'All pictures alike, or one large'],
      ['f', 'Full screen'],
      ['m', 'Sound off or on'],
      ['i o', 'Begin or end a range here: it plays again and again'],
      ['k', 'Keep what plays, or the range'],
      ['s', 'Save the pictures of all lenses'],
    ],
  },
] as const;

/** The list of keys, opened with `?`. */
export function ShortcutsHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" closeButtonProps={{ 'aria-label': 'Close' }}>
      {groups.map((group) => (
        <section key={group.title} className={classes.group}>
          <h2 className={classes.title}>{group.title}</h2>
          <dl className={classes.keys}>
            {group.keys.map(([keys, what]) => (
              <div key={keys} className={classes.row}>
                <dt className={classes.combo}>
                  {keys.split(' ').map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  );
}
