import { setUpDraftSchema, type SetUpDraft, type SetUpView, type VolumeCheck } from '../../shared/set-up.ts';
import type { CameraService } from '../camera/camera-service.ts';
import { readAppState, removeAppState, writeAppState } from '../db/app-state.ts';
import type { Database } from '../db/open.ts';
import { messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { AccountService, Visitor } from './account-service.ts';
import { orUnavailable } from './full-disk.ts';
import {
  cameraDeed,
  firstDraft,
  settingsOf,
  settingsOfHost,
  type KnownCamera,
  type StartZone,
} from './set-up-plan.ts';
import type { VolumeChecks } from './volume-checks.ts';

export interface SetUpDeps {
  db: Database;
  log: Logger;
  accounts: Pick<AccountService, 'requireNew' | 'finishSetUp'>;
  settings: Pick<SettingsService, 'values' | 'update'>;
  cameras: Pick<CameraService, 'list' | 'add' | 'update'>;
  volumes: Pick<VolumeChecks, 'check'>;
  /** An address as it is stored; null when it is none. */
  readAddress: (text: string) => string | null;
  isKnownHost: (hostname: string) => boolean;
  zone: StartZone;
  /** In which everything works now. */
  zoneInForce: string;
  recordings: string;
  configDir: string;
  /** What was chosen counts from a start on: the program is to begin anew, once the answer is out. */
  onBeginAnew: () => void;
  /** No camera is listed until then. */
  awaitStart: () => void;
}

/**
 * The questions of a new installation. The answers so far are kept, and nothing of them is in force; at the end
 * settings, camera and owner follow in this order: without the owner, nobody but who has the code gets further.
 */
export class SetUpService {
  private readonly deps: SetUpDeps;

  constructor(deps: SetUpDeps) {
    this.deps = deps;
  }

  /** `hostname`: by which the page was called. Refuses with `conflict` once it is set up. */
  async view(hostname: string): Promise<SetUpView> {
    const { db, accounts, settings, zone, recordings, configDir } = this.deps;
    await accounts.requireNew();
    const kept = await this.kept();
    const { values } = settings;
    const { diskCriticalPct, trashHours, protectLocked } = values;
    return {
      draft: kept ?? firstDraft(values, await this.known()),
      isResumed: kept !== null,
      isTakenOver: (await readAppState(db, 'v2.settings')) !== null,
      zone,
      recordings,
      configDir,
      rules: { diskCriticalPct, trashHours, protectLocked },
      ownMap: ownMap(values),
      newHost: this.newHost(hostname),
    };
  }

  /** Refuses with `conflict` once it is set up. */
  async save(draft: SetUpDraft): Promise<void> {
    await this.deps.accounts.requireNew();
    const text = JSON.stringify(draft);
    await orUnavailable('The answers', () => writeAppState(this.deps.db, 'setup.draft', text));
  }

  checkVolume(volume: VolumeCheck['volume']): Promise<VolumeCheck> {
    return this.deps.volumes.check(volume);
  }

  /** Puts the answers in force and returns the token of the owner's first session. Can be repeated after a failure. */
  async finish(
    input: Visitor & { draft: SetUpDraft | null; password: string; hostname: string },
  ): Promise<string> {
    const { accounts, settings, db, log } = this.deps;
    await accounts.requireNew();
    const { draft } = input;
    const now = { settings: settings.values, zone: this.deps.zone, newHost: this.newHost(input.hostname) };
    const patch = draft ? settingsOf(draft, now) : settingsOfHost(now);
    await orUnavailable('The answers', async () => {
      if (Object.keys(patch).length > 0) await settings.update(patch);
      if (this.needsStart()) this.deps.awaitStart();
      if (draft) await this.putCamera(draft.camera);
    });
    const { address, agent, password } = input;
    const token = await accounts.finishSetUp({ address, agent, password });
    await removeAppState(db, 'setup.draft').catch((error: unknown) =>
      log.debug({ reason: messageOf(error) }, 'the answers of the set-up could not be removed'),
    );
    return token;
  }

  /** What was chosen counts from a start on; asked once the answer is out. */
  beginAnewIfNeeded(): void {
    if (this.needsStart()) this.deps.onBeginAnew();
  }

  /** Clips of a camera would be filed by the wrong clock. */
  private needsStart(): boolean {
    const { settings, zone, zoneInForce } = this.deps;
    return (settings.values.zone || zone.name) !== zoneInForce;
  }

  private async putCamera(answer: SetUpDraft['camera']): Promise<void> {
    const { cameras, readAddress } = this.deps;
    const deed = cameraDeed(answer, await this.known(), readAddress);
    if (deed.kind === 'add') await cameras.add(deed.input);
    if (deed.kind === 'change') await cameras.update(deed.id, deed.patch);
  }

  private async known(): Promise<KnownCamera[]> {
    const cameras = await this.deps.cameras.list();
    return cameras.map(({ id, name, address }) => ({ id, name, address }));
  }

  private newHost(hostname: string): string | null {
    const name = hostname.toLowerCase();
    return this.deps.isKnownHost(name) ? null : name;
  }

  /** Of another version, or by hand: then it is begun anew. */
  private async kept(): Promise<SetUpDraft | null> {
    const text = await readAppState(this.deps.db, 'setup.draft');
    if (text === null) return null;
    try {
      return setUpDraftSchema.parse(JSON.parse(text));
    } catch {
      return null;
    }
  }
}

/** The server of a map that was chosen before. */
function ownMap({ mapSource, mapUrl }: SettingsService['values']): string | null {
  if (mapSource === 'outline' || !URL.canParse(mapUrl)) return null;
  return new URL(mapUrl.replace(/^pmtiles:\/\//, '')).host;
}
