import { CameraFailure } from './camera.ts';
import { CardListing, commandFailure } from './card-listing.ts';
import { sortFailure, transportErrorOf } from './failures.ts';
import { openFile } from './file-answer.ts';
import { HfsClient } from './hfs-client.ts';
import { parseAnswer, partOf, readInfo, readMac, readRecordState } from './novatek-answers.ts';
import { commandTarget, deletionTarget, readCommands, tellsBluetoothMac } from './novatek-commands.ts';
import type { RecordState } from '../../shared/cameras.ts';
import type { CameraAddress } from './address.ts';
import type { ByteRange, Camera, CameraInfo, Listing, OpenedFile } from './camera.ts';
import type { HfsLimits } from './hfs-limits.ts';
import type { AnswerPart } from './novatek-answers.ts';
import type { ReadCommand } from './novatek-commands.ts';

export interface NovatekCameraOptions {
  address: CameraAddress;
  /** File requests at one time; 1 unless told. */
  parallel?: number;
  /** Shorter ones for tests. */
  limits?: Partial<HfsLimits>;
}

type Deletion = Awaited<ReturnType<Camera['deleteClip']>>;

/** The answer of firmware that wants the path in another form, and of some that has no such file. */
const fileError = -5;
const deletionOfStatus: ReadonlyMap<number, Deletion> = new Map([
  [0, 'deleted'],
  [-1, 'absent'],
  [-4, 'locked'],
]);

/** A dashcam with Novatek's web server: all of Viofo's, and white-label cameras of the same make. */
export class NovatekCamera implements Camera {
  readonly #host: string;
  readonly #client: HfsClient;
  readonly #listing: CardListing;
  /** Which card a path of the last listing is on; deleting needs it. */
  #volumes: ReadonlyMap<string, string> = new Map();
  /** Whether its own list of commands has the one for the MAC; null before it was asked. */
  #namesMac: boolean | null = null;

  constructor(options: NovatekCameraOptions) {
    this.#host = options.address.hostHeader;
    this.#client = new HfsClient(options);
    this.#listing = new CardListing({ client: this.#client, host: this.#host });
  }

  /** Asks for the firmware's version; `malformed` when the answer is not a camera's. */
  async info(signal: AbortSignal): Promise<CameraInfo> {
    const text = await this.#ask(readCommands.firmwareVersion, signal);
    const info = readInfo(text);
    if (info) return info;
    throw new CameraFailure(
      'malformed',
      `${this.#host} is some other device: it does not tell a camera's firmware`,
    );
  }

  async bluetoothMac(model: string | null, signal: AbortSignal): Promise<string | null> {
    if (!tellsBluetoothMac(model)) return null;
    try {
      this.#namesMac ??=
        partOf(await this.#askParts(readCommands.supportedCommands, signal), readCommands.bluetoothMac) !==
        null;
      if (!this.#namesMac) return null;
      const answer = await this.#askParts(readCommands.bluetoothMac, signal);
      const part = partOf(answer, readCommands.bluetoothMac);
      return part?.status === 0 ? readMac(part.text) : null;
    } catch (error) {
      if (signal.aborted || !(error instanceof CameraFailure)) throw error;
      return null;
    }
  }

  async list(signal: AbortSignal): Promise<Listing> {
    const start = performance.now();
    const listing = await this.#listing.read(signal);
    this.#volumes = new Map(listing.files.map((file) => [file.remotePath.toLowerCase(), file.volume]));
    return { ...listing, costMs: Math.round(performance.now() - start) };
  }

  /** Rejects with `RangeNotSatisfiable` when the file ends before `range.from`. */
  async open(remotePath: string, range: ByteRange, signal: AbortSignal): Promise<OpenedFile> {
    return openFile({ client: this.#client, host: this.#host }, { remotePath, range, signal });
  }

  async recordState(signal: AbortSignal): Promise<RecordState> {
    const answer = await this.#askParts(readCommands.allSettings, signal);
    return readRecordState(answer);
  }

  async freeBytes(signal: AbortSignal): Promise<number | null> {
    const answer = await this.#askParts(readCommands.freeBytes, signal);
    const value = partOf(answer, readCommands.freeBytes)?.value ?? null;
    return value !== null && value >= 0 ? value : null;
  }

  /**
   * Deletes one recording for good; a lock does not protect it on all firmware. Never sent twice in the same form:
   * when the answer is lost, the outcome is `unknown`. `refused` also for what is no recording in a media folder.
   */
  async deleteClip(remotePath: string, signal: AbortSignal, knownVolume = ''): Promise<Deletion> {
    // Two storages may hold the same path: what the caller knows goes before what was listed last.
    const volume = knownVolume || this.#volumes.get(remotePath.toLowerCase()) || 'A';
    for (const form of ['native', 'url'] as const) {
      const target = deletionTarget({ remotePath, volume, form });
      if (target === null) return 'refused';
      const status = await this.#sendDeletion(target, signal);
      if (status === null) return 'unknown';
      if (status !== fileError) return deletionOfStatus.get(status) ?? 'refused';
    }
    return 'unknown';
  }

  close(): void {
    this.#client.close();
  }

  /** The status of the answer; null when it did not come or tells none, so that nobody knows what was done. */
  async #sendDeletion(target: string, signal: AbortSignal): Promise<number | null> {
    try {
      const answer = await this.#client.sendOnce(target, 'command', signal);
      if (answer.httpStatus !== 200) throw commandFailure(this.#host, answer.httpStatus);
      return parseAnswer(answer.text)?.find((part) => part.status !== null)?.status ?? null;
    } catch (error) {
      const transport = transportErrorOf(error);
      if (signal.aborted || !transport || transport.phase === 'connect') throw error;
      return null;
    }
  }

  async #ask(command: ReadCommand, signal: AbortSignal): Promise<string> {
    const answer = await this.#client.readText(commandTarget(command), 'command', signal);
    if (answer.httpStatus !== 200) throw commandFailure(this.#host, answer.httpStatus);
    return answer.text;
  }

  async #askParts(command: ReadCommand, signal: AbortSignal): Promise<AnswerPart[]> {
    const text = await this.#ask(command, signal);
    // Some cameras answer with an empty body now and then; that is a camera that did not tell, not a stranger.
    const answer = text.trim() === '' ? [] : parseAnswer(text);
    if (!answer)
      throw new CameraFailure('malformed', `${this.#host} does not answer command ${command} like a camera`);
    const status = partOf(answer, command)?.status ?? 0;
    if (status === -3 || status === -22) throw sortFailure(this.#host, { commandStatus: status, command });
    return answer;
  }
}
