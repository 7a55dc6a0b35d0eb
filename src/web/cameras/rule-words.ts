/** The sentences of what is fetched from a camera over which connection. */
import type { Camera } from '../../shared/cameras.ts';
import { fetchRules, type FetchRule } from '../../shared/queue.ts';

const ruleWords: Record<FetchRule, string> = {
  everything: 'Everything',
  no_parking: 'No parking',
  locked_only: 'Only locked and events',
  nothing: 'Nothing',
};

/** The rules as a choice. */
export const ruleChoices = fetchRules.map((value) => ({ value, label: ruleWords[value] }));

const effects: Record<FetchRule, string> = {
  everything: 'Every clip is fetched.',
  no_parking: 'Parking clips stay on the card, unless they are locked.',
  locked_only: 'Locked clips and events are fetched; all others stay on the card.',
  nothing: 'Every clip stays on the card.',
};

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
  const where = connection === 'main' ? 'other' : 'main';
  const rest = restComes ? ` They wait until it is reached by its ${where} address.` : '';
  return `${effects[rule]}${rest} What you ask for is fetched all the same.`;
}

/** What accepting a device as a camera means, for the question before it. */
export function acceptCameraWords({ name, address }: Pick<Camera, 'name' | 'address'>): string[] {
  return [
    `Whatever answers at ${address} now will be ${name} from now on: what was known of it, such as its serial number and its Wi-Fi, is forgotten and learned anew.`,
    `Do this when you had the camera repaired or replaced, or its firmware changed. If it is another car’s camera, add that one by itself: its recordings would be filed as those of ${name}.`,
  ];
}
