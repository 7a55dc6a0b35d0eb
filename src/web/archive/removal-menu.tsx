import { ActionIcon, Kbd, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { Fragment } from 'react';
import type { Clip } from '../../shared/clips.ts';
import { areAllKept, inArchive } from './removal-plan.ts';
import classes from './removal-menu.module.css';
import { useRemovalActions } from './removal-provider.tsx';
import { t } from './texts.ts';

export interface RemovalChoice {
  /** What it is about, within a sentence: `the whole day`; empty where that is plain. */
  what: string;
  clips: readonly Clip[];
  /** `K` and `#` do the same. */
  hasKeys?: boolean;
  onOrdered?: () => void;
}

interface RemovalMenuProps {
  label: string;
  choices: readonly RemovalChoice[];
  size?: number;
}

/** Keep, let go and delete; nothing at all where nothing has a file in the archive. */
export function RemovalMenu({ label, choices, size = 28 }: RemovalMenuProps) {
  const possible = choices.filter(({ clips }) => inArchive(clips).length > 0);
  if (possible.length === 0) return null;
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <ActionIcon
          className={classes.menu ?? ''}
          variant="subtle"
          color="gray"
          size={size}
          aria-label={label}
        >
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {possible.map((choice, index) => (
          <Fragment key={choice.what}>
            {index > 0 && <Menu.Divider />}
            <ChoiceItems choice={choice} />
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ChoiceItems({ choice: { what, clips, hasKeys = false, onOrdered } }: { choice: RemovalChoice }) {
  const { keep, remove } = useRemovalActions();
  const areAll = areAllKept(clips);
  const isAny = inArchive(clips).some((clip) => clip.kept);
  const key = (name: string) => (hasKeys ? <Kbd className={classes.key ?? ''}>{name}</Kbd> : null);
  return (
    <>
      {!areAll && (
        <Menu.Item rightSection={key('k')} onClick={() => void keep(clips, true)}>
          {what === '' ? t('keep') : t('keepWhat', { what })}
        </Menu.Item>
      )}
      {isAny && (
        <Menu.Item rightSection={areAll ? key('k') : null} onClick={() => void keep(clips, false)}>
          {what === '' ? t('letGo') : t('letGoOf', { what })}
        </Menu.Item>
      )}
      <Menu.Item rightSection={key('#')} onClick={() => remove(clips, onOrdered)}>
        {what === '' ? t('delete') : t('deleteWhat', { what })}
      </Menu.Item>
    </>
  );
}
