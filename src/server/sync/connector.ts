import type { Connection } from '../../shared/queue.ts';
import type { Camera, CameraInfo, ListedFile } from '../camera/camera.ts';
import type { CameraRow } from '../db/schema.ts';
import { sleep } from '../lib/abort.ts';
import { messageOf } from '../lib/errors.ts';
import { cameraFailureKind } from './download-failure.ts';
import { Recogniser, type RecogniserDeps } from './recogniser.ts';

/** A camera that answered at one of its addresses and is ours. Whoever has it closes its camera. */
export interface Link {
  camera: Camera;
  address: string;
  connection: Connection;
}

export type Contact =
  { kind: 'here'; link: Link } | { kind: 'away'; reason: string } | { kind: 'stranger'; reason: string };

export interface ConnectorDeps extends RecogniserDeps {
  openCamera(address: string, parallel: number): Camera;
  /** How long the main address may still be silent when the camera answers at the alternative one. */
  graceMs?: number;
}

type Answer =
  | { kind: 'info'; info: CameraInfo }
  | { kind: 'away' | 'stranger'; reason: string }
  | { kind: 'bug'; error: unknown };

interface Probe extends Link {
  /** Never rejects. */
  answer: Promise<Answer>;
}

const defaultGraceMs = 1_500;

/**
 * Finds one camera and recognises it. A look asks every address once, both at the same time, and is over after the
 * limits of `camera/hfs-limits.ts` at the latest: 5 s where packets are swallowed, 10 s where a connection is taken and
 * nothing said. The caller begins the next look a poll (10 s) after the last one began, and at least a second after it
 * ended. So at most 11 s pass from one attempt to the next, however the addresses are silent, and a camera that arrives
 * is found within 15 s; one that arrives during an attempt mostly by that, for the network itself repeats it.
 */
export class Connector {
  private readonly deps: ConnectorDeps;
  private readonly recogniser: Recogniser;

  constructor(deps: ConnectorDeps) {
    this.deps = deps;
    this.recogniser = new Recogniser({ ...deps, log: deps.log.child({ camera: deps.row.id }) });
  }

  /**
   * Looks for the camera at its addresses; the main one wins when it answers at both. Everything that was opened and is
   * not in the link is closed. Rejects only at an abort and for what is no failure of a camera.
   */
  async look(signal: AbortSignal): Promise<Contact> {
    const probes = addressesOf(this.deps.row).map((place) => this.probe(place, signal));
    let kept: Camera | null = null;
    try {
      const contact = await this.contactOf(probes, signal);
      if (contact.kind === 'here') kept = contact.link.camera;
      if (contact.kind === 'away') this.recogniser.forget();
      return contact;
    } finally {
      for (const { camera } of probes) if (camera !== kept) camera.close();
    }
  }

  /**
   * Is it still there, and the same? Asked each round of a camera that is here. Rejects with the `CameraFailure` of a
   * camera that is only too busy to say.
   */
  async confirm(link: Link, signal: AbortSignal): Promise<Contact> {
    try {
      const info = await link.camera.info(signal);
      if (await this.recogniser.isUnchanged(link, info, signal)) return { kind: 'here', link };
      return await this.recognise(link, info, signal);
    } catch (error) {
      const kind = cameraFailureKind(error);
      if (signal.aborted || (kind !== 'unreachable' && kind !== 'malformed')) throw error;
      return { kind: kind === 'unreachable' ? 'away' : 'stranger', reason: messageOf(error) };
    }
  }

  /**
   * Before a listing is folded in: why the card is another camera's or another card, in words; null when nothing speaks
   * against it. Of a card with a reason nothing may enter the ledger; `look` then goes on to call it a stranger.
   */
  async judgeListing(link: Link, files: readonly ListedFile[]): Promise<string | null> {
    return this.recogniser.judgeListing(link.camera, files);
  }

  /** Whether a MAC, a person or its card speaks for it, not only nothing against it: nothing is deleted before. */
  isSure(link: Link): boolean {
    return this.recogniser.isSure(link.camera);
  }

  private probe({ address, connection }: Place, signal: AbortSignal): Probe {
    const camera = this.deps.openCamera(address, this.deps.row.parallel);
    return { camera, address, connection, answer: camera.info(signal).then(told, failed) };
  }

  private async contactOf([main, alternative]: Probe[], signal: AbortSignal): Promise<Contact> {
    if (!main) return { kind: 'away', reason: 'Its address is not known.' };
    if (!alternative) return this.contactBy(main, signal);
    const mainFirst = await this.isMainFirst(main, alternative, signal);
    const order = mainFirst ? [main, alternative] : [alternative, main];
    const refusals: Exclude<Contact, { kind: 'here' }>[] = [];
    for (const probe of order) {
      const contact = await this.contactBy(probe, signal);
      if (contact.kind === 'here') return contact;
      refusals.push(contact);
    }
    const ofMain = mainFirst ? refusals[0] : refusals[1];
    return refusals.find(({ kind }) => kind === 'stranger') ?? ofMain ?? { kind: 'away', reason: '' };
  }

  /** False when the main address is still silent a while after a camera answered at the alternative one. */
  private async isMainFirst(main: Probe, alternative: Probe, signal: AbortSignal): Promise<boolean> {
    const decided = new AbortController();
    const patience = async (): Promise<boolean> => {
      if ((await alternative.answer).kind !== 'info') return main.answer.then(() => true);
      await sleep(this.deps.graceMs ?? defaultGraceMs, AbortSignal.any([signal, decided.signal]));
      return false;
    };
    try {
      return await Promise.race([main.answer.then(() => true), patience()]);
    } finally {
      decided.abort();
    }
  }

  private async contactBy(probe: Probe, signal: AbortSignal): Promise<Contact> {
    const answer = await probe.answer;
    signal.throwIfAborted();
    switch (answer.kind) {
      case 'info':
        return this.recognise(probe, answer.info, signal);
      case 'bug':
        throw answer.error;
      default:
        return answer;
    }
  }

  private async recognise(
    { camera, address, connection }: Link,
    info: CameraInfo,
    signal: AbortSignal,
  ): Promise<Contact> {
    const outcome = await this.recogniser.recognise({ camera, address }, info, signal);
    return outcome.kind === 'same' ? { kind: 'here', link: { camera, address, connection } } : outcome;
  }
}

interface Place {
  address: string;
  connection: Connection;
}

function addressesOf({ address, alternative_address: alternative }: CameraRow): Place[] {
  return [
    ...(address === '' ? [] : [{ address, connection: 'main' as const }]),
    ...(alternative === null || alternative === '' || alternative === address
      ? []
      : [{ address: alternative, connection: 'alternative' as const }]),
  ];
}

function told(info: CameraInfo): Answer {
  return { kind: 'info', info };
}

function failed(error: unknown): Answer {
  const kind = cameraFailureKind(error);
  if (kind === undefined) return { kind: 'bug', error };
  return { kind: kind === 'malformed' ? 'stranger' : 'away', reason: messageOf(error) };
}
