/** The sentences of what is fetched from a camera over which connection. */
import type { Camera } from '../../shared/cameras.ts';
import { fetchRules, type FetchRule } from '../../shared/queue.ts';
import { wordsOf } from '../text/text.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

const ruleWords = wordsOf<typeof en, FetchRule>(t, {
  everything: 'ruleEverything',
  no_parking: 'ruleNoParking',
  locked_only: 'ruleLockedOnly',
  nothing: 'ruleNothing',
});

/** The rules as a choice. */
export const ruleChoices = () => fetchRules.map((value) => ({ value, label: ruleWords[value] }));

const effects = wordsOf<typeof en, FetchRule>(t, {
  everything: 'effectEverything',
  no_parking: 'effectNoParking',
  locked_only: 'effectLockedOnly',
  nothing: 'effectNothing',
});

/** What a rule does over one connection, and what becomes of the rest over the other. */
export function ruleEffect(
  camera: Pick<Camera, 'mainRule' | 'alternativeRule' | 'alternativeAddress'>,
  connection: 'main' | 'alternative',
): string {
  const [rule, other] =
    connection === 'main'
      ? [camera.mainRule, camera.alternativeRule]
      : [camera.alternativeRule, camera.mainRule];
  if (rule === 'everything') return effects[rule];
  const hasOther = connection === 'alternative' || camera.alternativeAddress !== null;
  const restComes = hasOther && fetchRules.indexOf(other) < fetchRules.indexOf(rule);
  const rest = t(connection === 'main' ? 'waitForOther' : 'waitForMain');
  return [effects[rule], ...(restComes ? [rest] : []), t('askedAllTheSame')].join(' ');
}

/** What accepting a device as a camera means, for the question before it. */
export function acceptCameraWords({ name, address }: Pick<Camera, 'name' | 'address'>): string[] {
  return [t('acceptMeans', { name, address }), t('acceptWhen', { name })];
}
