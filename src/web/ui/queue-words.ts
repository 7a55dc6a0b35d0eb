/** What is said after a change of the queue. */
import { countOf } from '../format.ts';

const goneMeanwhile = 'Nothing was changed: these clips are no longer in the queue.';

function clips(changed: number): string {
  return countOf(changed, 'clip');
}

export const changeWords = {
  first: {
    done: (changed: number) => `${clips(changed)} put first.`,
    nothing: 'No clip was put first: none of these is wanted, or all are here already.',
    refused: 'The order could not be changed',
  },
  last: {
    done: (changed: number) => `${clips(changed)} put last.`,
    nothing: goneMeanwhile,
    refused: 'The order could not be changed',
  },
  skip: {
    done: (changed: number) => `${clips(changed)} left on the card.`,
    nothing: goneMeanwhile,
    refused: 'They could not be skipped',
  },
  unskip: {
    done: (changed: number) => `${clips(changed)} will be fetched after all.`,
    nothing: 'Nothing was changed: the camera no longer has these clips.',
    refused: 'They could not be put back into the queue',
  },
  retry: {
    done: (changed: number) => `${clips(changed)} will be tried again.`,
    nothing: 'Nothing was changed: none of these has failed any more.',
    refused: 'They could not be tried again',
  },
  cancel: {
    done: () => 'Stopped. It goes on later from where it was, after all others.',
    nothing: 'It had ended already.',
    refused: 'The transfer could not be stopped',
  },
};
