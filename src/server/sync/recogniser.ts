import type { Updateable } from 'kysely';
import type { CameraRepository } from '../camera/camera-repository.ts';
import type { Camera, CameraInfo, ListedFile } from '../camera/camera.ts';
import type { Database } from '../db/open.ts';
import type { CameraRow, CameraTable } from '../db/schema.ts';
import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { judgeCardOf } from './card-identity.ts';
import { cameraFailureKind } from './download-failure.ts';
import {
  judgeIdentity,
  type IdentityVerdict,
  type KnownCamera,
  type LearnedIdentity,
  type SeenCamera,
} from './identity-policy.ts';

export interface RecogniserDeps {
  row: CameraRow;
  db: Database;
  cameras: CameraRepository;
  clock: Clock;
  log: Logger;
  /** MAC of the machine at an address, as this machine's neighbour table has it; null when it is not there. */
  neighbourMac(address: string): Promise<string | null>;
}

/** A camera that answers at an address. */
export interface Answering {
  camera: Camera;
  address: string;
}

export type Recognition = { kind: 'same' } | { kind: 'stranger' | 'away'; reason: string };

const unknownCamera =
  'The camera that answers has another Wi-Fi address than the known one, and a card of which nothing is known: it may be another camera.';

/** A foreign card is listed again after this time: it may have been changed back. */
const recheckMs = 10 * 60_000;

interface Greeted extends Answering {
  seen: SeenCamera;
  /** To be remembered once its card does not speak against it. */
  learn: LearnedIdentity;
  /** Nothing its card could show is needed any more. */
  isSure: boolean;
  /** Its Wi-Fi MAC is another than the known one: only a card that we know speaks for it. */
  isDoubtful: boolean;
}

interface ForeignCard {
  seen: SeenCamera;
  reason: string;
  /** Until then it is not listed again. */
  until: number;
}

/** Knows one camera again: by what it tells, by this machine's neighbours and by what is on its card. */
export class Recogniser {
  private readonly deps: RecogniserDeps;
  private greeted: Greeted | null = null;
  /** By address: where the last card was a foreign one. */
  private readonly foreign = new Map<string, ForeignCard>();

  constructor(deps: RecogniserDeps) {
    this.deps = deps;
  }

  /** Is what says this of itself our camera? Asks it for more only where its model leaves that open. */
  async recognise(who: Answering, info: CameraInfo, signal: AbortSignal): Promise<Recognition> {
    const { cameras, db, row } = this.deps;
    this.greeted = null;
    const known = { ...knownCamera(row), accepted: await this.isAccepted() };
    const others = (await cameras.all(db)).filter((other) => other.id !== row.id).map(knownCamera);
    const byName = judgeIdentity(known, { ...info, bluetoothMac: null, wifiMac: null }, []);
    if (byName.verdict === 'stranger') return this.stranger(byName.reason, who);
    const seen = await this.facts(who, info, signal);
    const verdict = judgeIdentity(known, seen, others);
    if (verdict.verdict === 'stranger') return this.stranger(verdict.reason, who);
    const isSure = verdict.proven || known.accepted;
    const refusal = isSure ? null : await this.stillForeign(who, seen, signal);
    if (refusal) return refusal;
    this.foreign.delete(who.address);
    const isDoubtful = !isSure && differs(known.wifiMac, seen.wifiMac);
    await this.greet(who, { verdict, seen, isSure, isDoubtful });
    return { kind: 'same' };
  }

  /** The cheap question of each round: is it still what was greeted? */
  async isUnchanged(who: Answering, info: CameraInfo, signal: AbortSignal): Promise<boolean> {
    if (this.greeted?.camera !== who.camera) return false;
    return isAlike(await this.facts(who, info, signal), this.greeted.seen);
  }

  /** Nobody answers: whoever comes next is looked at anew. */
  forget(): void {
    for (const card of this.foreign.values()) card.until = -Infinity;
  }

  /** Why the card is not this camera's, in words; null when it may be. Then what the camera told is remembered. */
  async judgeListing(camera: Camera, files: readonly ListedFile[]): Promise<string | null> {
    const { greeted } = this;
    const { cameras, db, row, clock } = this.deps;
    if (greeted?.camera !== camera || greeted.isSure) return null;
    const { verdict, reason: cardReason } = await judgeCardOf(db, row.id, { files, now: clock.now() });
    const isUnknown = verdict === 'open' && greeted.isDoubtful && files.length > 0;
    if (verdict === 'foreign' || (isUnknown && (await cameras.hasClips(db, row.id)))) {
      const reason = verdict === 'foreign' ? cardReason : unknownCamera;
      this.foreign.set(greeted.address, { seen: greeted.seen, reason, until: clock.now() + recheckMs });
      return reason;
    }
    greeted.isSure = verdict === 'ours';
    if (files.length > 0) await this.remember(greeted.learn);
    return null;
  }

  isSure(camera: Camera): boolean {
    return this.greeted?.camera === camera && this.greeted.isSure;
  }

  private async facts(who: Answering, info: CameraInfo, signal: AbortSignal): Promise<SeenCamera> {
    const [bluetoothMac, wifiMac] = await Promise.all([
      who.camera.bluetoothMac(info.model, signal),
      this.deps.neighbourMac(who.address),
    ]);
    return { model: info.model, firmware: info.firmware, bluetoothMac, wifiMac };
  }

  private stranger(reason: string, { address }: Answering): Recognition {
    return { kind: 'stranger', reason: `${reason} It answers at ${address}.` };
  }

  /** A card that was foreign stays so, without being listed every time, until it is something else that answers. */
  private async stillForeign(
    who: Answering,
    seen: SeenCamera,
    signal: AbortSignal,
  ): Promise<Recognition | null> {
    const { db, row, clock } = this.deps;
    const foreign = this.foreign.get(who.address);
    if (!foreign) return null;
    const refusal = { kind: 'stranger', reason: foreign.reason } as const;
    if (clock.now() < foreign.until && isAlike(seen, foreign.seen)) return refusal;
    try {
      const { files } = await who.camera.list(signal);
      const { verdict, reason } = await judgeCardOf(db, row.id, { files, now: clock.now() });
      if (verdict !== 'foreign') return null;
      this.foreign.set(who.address, { seen, reason, until: clock.now() + recheckMs });
      return { kind: 'stranger', reason };
    } catch (error) {
      const kind = cameraFailureKind(error);
      if (signal.aborted || kind === undefined) throw error;
      return kind === 'unreachable' ? { kind: 'away', reason: messageOf(error) } : refusal;
    }
  }

  private async greet(
    { camera, address }: Answering,
    who: { verdict: IdentityVerdict; seen: SeenCamera; isSure: boolean; isDoubtful: boolean },
  ): Promise<void> {
    const { cameras, db, row, log } = this.deps;
    const { verdict, seen, isSure, isDoubtful } = who;
    log.debug({ address, reason: verdict.reason }, 'camera recognised');
    const hadFirmware = row.firmware;
    if (hadFirmware !== null && verdict.learn.firmware !== undefined)
      log.info({ from: hadFirmware, to: seen.firmware }, 'the camera has another firmware');
    // Where there is nothing to mix up, nothing need be waited for.
    if (isSure || !(await cameras.hasClips(db, row.id))) await this.remember(verdict.learn);
    this.greeted = { camera, address, seen, learn: verdict.learn, isSure, isDoubtful };
  }

  private async remember(learn: LearnedIdentity): Promise<void> {
    const { cameras, db, row } = this.deps;
    const patch: Updateable<CameraTable> = {
      ...(learn.model !== undefined && { model: learn.model }),
      ...(learn.firmware !== undefined && { firmware: learn.firmware }),
      ...(learn.bluetoothMac !== undefined && { bluetooth_mac: learn.bluetoothMac }),
      ...(learn.wifiMac !== undefined && { wifi_mac: learn.wifiMac }),
    };
    await cameras.learn(db, row, patch);
    Object.assign(row, patch);
  }

  /** A person said "it is this camera", and nothing was listed since. */
  private async isAccepted(): Promise<boolean> {
    const { db, row } = this.deps;
    // One that lies ahead is of a clock that was wrong.
    if (row.accepted_at === null || row.accepted_at > this.deps.clock.now()) return false;
    const listed = await db
      .selectFrom('listing')
      .select('id')
      .where('camera_id', '=', row.id)
      .where('at', '>=', row.accepted_at)
      .where('clips', '>', 0)
      .limit(1)
      .executeTakeFirst();
    return listed === undefined;
  }
}

function knownCamera(row: CameraRow): KnownCamera {
  const { name, model, firmware, bluetooth_mac: bluetoothMac, wifi_mac: wifiMac } = row;
  return { name, model, firmware, bluetoothMac, wifiMac };
}

/** Nothing that both tell is different. */
function isAlike(one: SeenCamera, two: SeenCamera): boolean {
  return (
    one.model === two.model &&
    one.firmware === two.firmware &&
    !differs(one.bluetoothMac, two.bluetoothMac) &&
    !differs(one.wifiMac, two.wifiMac)
  );
}

function differs(one: string | null, two: string | null): boolean {
  return one !== null && two !== null && one !== two;
}
