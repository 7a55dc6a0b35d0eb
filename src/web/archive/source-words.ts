import type { Clip } from '../../shared/clips.ts';
import { whyNotOriginal } from '../media/source-plan.ts';
import type { Sources } from './use-sources.ts';
import { t } from './texts.ts';

type Known = Pick<Sources, 'source' | 'obstacle' | 'hasFailed' | 'awaited'>;

/** What plays in place of the file itself and why, or what is awaited; nothing where there is nothing to say. */
export function sourceWords({ media }: Pick<Clip, 'media'>, known: Known): string {
  const { source, obstacle, hasFailed, awaited } = known;
  if (awaited === 'proxy' && source !== null) {
    return media?.proxy === 'failed' ? t('copyFailed') : t('copyComing');
  }
  const why = whyNotOriginal(obstacle, hasFailed);
  if (source === 'proxy') return [t('copyPlays'), why].filter(Boolean).join(' ');
  if (source === 'repair') return t('repairPlays');
  if (source !== 'original' || obstacle === null) return '';
  return obstacle === 'damaged' ? t('damagedPlays') : t('filePlays');
}
