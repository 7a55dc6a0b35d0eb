import { ActionIcon } from '@mantine/core';
import { IconFocusCentered, IconMinus, IconPlus } from '@tabler/icons-react';
import classes from './map-controls.module.css';
import { t } from './texts.ts';

interface MapControlsProps {
  onZoom: (steps: number) => void;
  /** Shows again what the map was opened for. */
  onFit?: (() => void) | undefined;
}

/** What the wheel and fingers do, for keys and for whoever would rather press. */
export function MapControls({ onZoom, onFit }: MapControlsProps) {
  const common = { variant: 'default', className: classes.control ?? '' } as const;
  return (
    <div className={classes.controls}>
      <ActionIcon {...common} aria-label={t('zoomIn')} onClick={() => onZoom(1)}>
        <IconPlus size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon {...common} aria-label={t('zoomOut')} onClick={() => onZoom(-1)}>
        <IconMinus size={18} aria-hidden />
      </ActionIcon>
      {onFit && (
        <ActionIcon {...common} aria-label={t('showAll')} onClick={onFit}>
          <IconFocusCentered size={18} aria-hidden />
        </ActionIcon>
      )}
    </div>
  );
}
