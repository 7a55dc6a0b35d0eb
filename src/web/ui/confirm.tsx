import { Button, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './confirm.module.css';
import { t } from './texts.ts';

interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** The consequence, named. */
  children: ReactNode;
  /** The deed as its button says it: `Use this folder`. */
  deed: string;
  onConfirm: () => void;
  isBusy?: boolean;
  danger?: boolean;
  /** A smaller deed that can be chosen instead. */
  other?: { deed: string; onChoose: () => void } | null;
}

/** The player is a modal itself, and may be drawn after the question. */
const aboveModals = 210;

/** A question before something that cannot simply be undone. */
export function Confirm(props: ConfirmProps) {
  const { opened, onClose, title, children, deed, onConfirm, isBusy = false, danger = false, other } = props;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={other ? 'lg' : 'md'}
      zIndex={aboveModals}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <div className={classes.text}>{children}</div>
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('cancel')}
        </Button>
        {other && (
          <Button variant="default" disabled={isBusy} onClick={other.onChoose}>
            {other.deed}
          </Button>
        )}
        <Button {...(danger && { color: 'red' })} loading={isBusy} onClick={onConfirm}>
          {deed}
        </Button>
      </div>
    </Modal>
  );
}
