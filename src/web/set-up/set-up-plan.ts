/** What a set-up does next, and its answers as sentences. */
import { setUpSteps, type SetUpDraft, type SetUpStep, type SetUpView } from '../../shared/set-up.ts';
import { zoneSettingSchema } from '../../shared/setting-values.ts';
import { t } from './texts.ts';

/** IANA, as this browser has it. */
export function browserZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The answers to begin with: a zone is proposed where none was chosen. */
export function draftToBegin({ draft, zone }: SetUpView, ofBrowser: string): SetUpDraft {
  return { ...draft, zone: draft.zone || (zone.isGiven ? zone.name : ofBrowser || zone.name) };
}

export function stepAfter(step: SetUpStep): SetUpStep {
  return setUpSteps[setUpSteps.indexOf(step) + 1] ?? 'password';
}

/** Null before the first. */
export function stepBefore(step: SetUpStep): SetUpStep | null {
  return setUpSteps[setUpSteps.indexOf(step) - 1] ?? null;
}

/** `Step 2 of 6` */
export function stepWords(step: SetUpStep): string {
  return t('step', { number: setUpSteps.indexOf(step) + 1, of: setUpSteps.length });
}

/** A step that an address names (`#zone`); null for anything else. */
export function stepOfHash(hash: string): SetUpStep | null {
  return setUpSteps.find((step) => `#${step}` === hash) ?? null;
}

/** Whether one may go there: back, and no further than one has been. */
export function mayGo(to: SetUpStep, furthest: SetUpStep): boolean {
  return setUpSteps.indexOf(to) <= setUpSteps.indexOf(furthest);
}

export function laterOf(one: SetUpStep, other: SetUpStep): SetUpStep {
  return setUpSteps.indexOf(one) > setUpSteps.indexOf(other) ? one : other;
}

export type CameraMove = 'later' | 'test' | 'next' | 'anyway';

/** What the button of the camera's page does: an address is tried before it is used. */
export function cameraMove(address: string, test: { ok: boolean } | null): CameraMove {
  if (address.trim() === '') return 'later';
  if (test === null) return 'test';
  return test.ok ? 'next' : 'anyway';
}

/** Whether a text is a zone that can be used. */
export function isZoneName(text: string): boolean {
  return text.trim() !== '' && zoneSettingSchema.safeParse(text).success;
}

/** What the answers mean for how long recordings stay. */
export function keepWords(
  { retentionDays: days, retentionDiskPct: percent }: Pick<SetUpDraft, 'retentionDays' | 'retentionDiskPct'>,
  { diskCriticalPct: critical }: SetUpView['rules'],
): string {
  if (days > 0 && percent > 0) return t('keepSumBoth', { count: days, percent });
  if (days > 0) return t('keepSumDays', { count: days });
  if (percent > 0) return t('keepSumDisk', { percent });
  return critical > 0 ? t('keepSumAll', { critical }) : t('keepSumAllNoLimit');
}

/** Who is asked for names of streets, by its server. */
export const geocoderServers = {
  nominatim: 'nominatim.openstreetmap.org',
  photon: 'photon.komoot.io',
} as const;

/** Each answer in a few words, under what it is about. */
export function answersOf(draft: SetUpDraft, view: SetUpView): [name: string, answer: string][] {
  const { camera } = draft;
  return [
    [
      t('short_camera'),
      camera ? t('sumCamera', { name: camera.name, address: camera.address }) : t('sumCameraLater'),
    ],
    [t('short_storage'), view.recordings],
    [t('short_zone'), draft.zone],
    [t('short_keep'), keepWords(draft, view.rules)],
    [
      t('short_outside'),
      t('sumOutside', { map: mapTitle(draft.map, view.ownMap), names: namesWords(draft) }),
    ],
  ];
}

export function mapTitle(map: SetUpDraft['map'], ownMap: string | null): string {
  if (map === 'outline') return t('mapOutline');
  return map === 'osm' ? t('mapOsm') : t('mapAsIs', { server: ownMap ?? '?' });
}

function namesWords({ geocoder }: SetUpDraft): string {
  return geocoder === 'off' ? t('sumNamesOff') : t('sumNames', { server: geocoderServers[geocoder] });
}
