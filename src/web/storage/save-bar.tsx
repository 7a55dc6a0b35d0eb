import { Button } from '@mantine/core';
import type { Preview } from '../../shared/retention.ts';
import { fullStop } from '../format.ts';
import { Toned } from '../ui/chips.tsx';
import { consequenceWords } from './preview-words.ts';
import classes from './save-bar.module.css';
import { t } from './texts.ts';

interface SaveBarProps {
  /** Of the very rules that are to be saved; undefined while it is not there yet. */
  preview: Preview | undefined;
  /** Why there is no preview. */
  failure: string | null;
  /** Why the server did not take them. */
  refusal: string | null;
  isWrong: boolean;
  isStricter: boolean;
  isSaving: boolean;
  onSave: () => void;
  onDiscard: () => void;
}

/** Rules that are changed and not saved: what they would delete, beside the button that lets them. */
export function SaveBar(props: SaveBarProps) {
  const { preview, failure, isWrong, isStricter, isSaving, onSave, onDiscard } = props;
  // Stricter rules are not saved unseen.
  const isUnseen = isStricter && preview === undefined && failure === null;
  const deletes = isStricter && (preview?.total.clips ?? 0) > 0;
  return (
    <section className={classes.bar} aria-label={t('changedRules')}>
      <p className={classes.words} aria-live="polite">
        <Words {...props} />
      </p>
      <div className={classes.buttons}>
        <Button variant="default" disabled={isSaving} onClick={onDiscard}>
          {t('discard')}
        </Button>
        <Button
          {...(deletes && { color: 'red' })}
          disabled={isWrong || isUnseen}
          loading={isSaving}
          onClick={onSave}
        >
          {t('save')}
        </Button>
      </div>
    </section>
  );
}

function Words({ preview, failure, refusal, isWrong }: SaveBarProps) {
  if (refusal) return <Toned tone="red">{fullStop(refusal)}</Toned>;
  if (isWrong) return <Toned tone="red">{t('cannotSaveYet')}</Toned>;
  if (failure) return <Toned tone="amber">{t('cannotShow', { reason: fullStop(failure) })}</Toned>;
  if (!preview) return <Toned tone="quiet">{t('workingOut')}</Toned>;
  return consequenceWords(preview);
}
