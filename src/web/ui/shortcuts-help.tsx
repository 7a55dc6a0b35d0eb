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
      ['g d', 'Downloads'],
      ['g c', 'Cameras'],
      ['g t', 'Storage'],
      ['g e', 'Health'],
      ['g s', 'Settings'],
      ['/', 'Go to a date in the archive, search in settings'],
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
    title: 'On a day of the archive',
    keys: [
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
