import { openStreetMap } from '../../shared/open-street-map.ts';
import type { SetUpDraft } from '../../shared/set-up.ts';
import { hostNamesOf } from '../../shared/setting-values.ts';
import type { Settings, SettingsPatch } from '../../shared/settings.ts';

/** A camera that is known before the set-up: taken over, or found in the archive. */
export interface KnownCamera {
  id: number;
  name: string;
  /** As it is stored; empty when it is not known. */
  address: string;
}

export interface StartZone {
  /** That the program was started with. */
  name: string;
  /** Somebody chose it (`TZ`), rather than the machine. */
  isGiven: boolean;
}

/** The questions with what is known already as their answers. */
export function firstDraft(settings: Settings, cameras: readonly KnownCamera[]): SetUpDraft {
  const camera = cameras.find(({ address }) => address !== '');
  return {
    step: 'camera',
    camera: camera ? { id: camera.id, address: camera.address, name: camera.name } : null,
    zone: settings.zone,
    retentionDays: settings.retentionDays,
    retentionDiskPct: settings.retentionDiskPct,
    map: mapOf(settings),
    geocoder: settings.geocoder,
  };
}

function mapOf({ mapSource, mapUrl }: Settings): SetUpDraft['map'] {
  if (mapSource === 'outline') return 'outline';
  return mapSource === 'raster' && mapUrl === openStreetMap.url ? 'osm' : 'as_is';
}

/** The settings that the answers stand for. `newHost`: a name by which the page was called with a good code. */
export function settingsOf(
  draft: SetUpDraft,
  now: { settings: Settings; zone: StartZone; newHost: string | null },
): SettingsPatch {
  const isAsStarted = draft.zone === '' || (now.zone.isGiven && draft.zone === now.zone.name);
  return {
    ...settingsOfHost(now),
    zone: isAsStarted ? null : draft.zone,
    retentionDays: draft.retentionDays,
    retentionDiskPct: draft.retentionDiskPct,
    geocoder: draft.geocoder,
    ...settingsOfMap(draft.map),
  };
}

/** The name by which somebody came in with the code is one of ours from now on. */
export function settingsOfHost(now: { settings: Settings; newHost: string | null }): SettingsPatch {
  if (now.newHost === null) return {};
  const names = hostNamesOf(now.settings.allowedHosts);
  return { allowedHosts: [...new Set([...names, now.newHost])].join(', ') };
}

function settingsOfMap(map: SetUpDraft['map']): SettingsPatch {
  switch (map) {
    case 'outline':
      return { mapSource: null };
    case 'osm':
      return { mapSource: 'raster', mapUrl: openStreetMap.url, mapAttribution: openStreetMap.credit };
    case 'as_is':
      return {};
  }
}

export type CameraDeed =
  | { kind: 'nothing' }
  | { kind: 'add'; input: { name: string; address: string } }
  | { kind: 'change'; id: number; patch: { name: string; address: string; enabled: true } };

/** What becomes of the camera that was answered; a set-up that failed at its end is finished by the same answers. */
export function cameraDeed(
  answer: SetUpDraft['camera'],
  cameras: readonly KnownCamera[],
  readAddress: (text: string) => string | null,
): CameraDeed {
  if (answer === null) return { kind: 'nothing' };
  const { id, name } = answer;
  const address = readAddress(answer.address) ?? answer.address;
  const there = cameras.find((camera) => camera.address === address);
  const known = there ?? cameras.find((camera) => camera.id === id);
  if (known) return { kind: 'change', id: known.id, patch: { name, address, enabled: true } };
  return { kind: 'add', input: { name, address } };
}
