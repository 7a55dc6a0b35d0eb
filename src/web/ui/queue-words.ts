/** What is said after a change of the queue. */
import { t } from './texts.ts';

export const changeWords = {
  first: {
    done: (count: number) => t('putFirst', { count }),
    nothing: () => t('noneFirst'),
    refused: () => t('orderRefused'),
  },
  last: {
    done: (count: number) => t('putLast', { count }),
    nothing: () => t('goneMeanwhile'),
    refused: () => t('orderRefused'),
  },
  skip: {
    done: (count: number) => t('skipped', { count }),
    nothing: () => t('goneMeanwhile'),
    refused: () => t('skipRefused'),
  },
  unskip: {
    done: (count: number) => t('unskipped', { count }),
    nothing: () => t('noneThere'),
    refused: () => t('unskipRefused'),
  },
  retry: {
    done: (count: number) => t('retried', { count }),
    nothing: () => t('noneFailed'),
    refused: () => t('retryRefused'),
  },
  cancel: {
    done: () => t('stopped'),
    nothing: () => t('endedAlready'),
    refused: () => t('stopRefused'),
  },
};
