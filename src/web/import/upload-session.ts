import type { ImportOptionsPatch } from '../../shared/imports.ts';
import { maxPieceBytes } from '../../shared/imports.ts';
import { routes } from '../../shared/routes.ts';
import { ApiError, call } from '../api.ts';
import { isOpen } from './import-plan.ts';
import type { Slots } from './slots.ts';
import { t } from './texts.ts';
import { OtherOffset, patiently, sendPiece, tellFiles, type Told } from './upload-calls.ts';
import { isWanted, sendOrder, speedOf, type Chosen } from './upload-plan.ts';
import type { UploadView } from './upload-view.ts';

interface SessionDeps {
  /** Pieces on their way at once, of all uploads together. */
  slots: Slots;
  onChange: () => void;
  /** All is there, or it was ended elsewhere: nothing is left to do here. */
  onEnd: () => void;
}

/** The disk does not give a file's bytes any more: a card was taken out, or the file is another one by now. */
class FilesLost extends Error {
  override name = 'FilesLost';
}

/** After so many files that cannot be read, the others are not tried. */
const mostUnread = 3;
/** A server that wants another byte each time is not understood. */
const mostTurns = 8;
const piecesRemembered = 12;

/** One upload, with the files that a person gave to this page: it lives as long as the page does. */
export class UploadSession {
  readonly chosen: readonly Chosen[];
  private readonly deps: SessionDeps;
  private current: UploadView;
  private told: Told[] = [];
  private run = new AbortController();
  private unread = 0;
  private pieces: { at: number; bytes: number }[] = [];

  constructor(importId: number, chosen: readonly Chosen[], deps: SessionDeps) {
    this.chosen = chosen;
    this.deps = deps;
    this.current = {
      importId,
      phase: 'telling',
      message: null,
      files: chosen.length,
      told: 0,
      bytesPerSecond: null,
    };
  }

  get view(): UploadView {
    return this.current;
  }

  /** Finds out which files are wanted; an upload that was started before goes on, a new one waits for a word. */
  async begin(): Promise<void> {
    await this.guarded(async (signal) => {
      await this.tell(signal);
      const { importId } = this.current;
      const { state, startedAt } = await this.read(signal);
      if (startedAt === null) return this.change({ phase: 'asking', message: null });
      if (state === 'paused') await call(routes.startImport, { params: { id: importId }, body: {} });
      await this.send(signal);
    });
  }

  /** Sends what is wanted. Throws an `ApiError` when the server refuses to start it. */
  async start(body: ImportOptionsPatch): Promise<void> {
    await call(routes.startImport, { params: { id: this.current.importId }, body });
    // Not waited for: it takes as long as the files do.
    void this.guarded(async (signal) => {
      await this.tell(signal);
      await this.send(signal);
    });
  }

  async pause(): Promise<void> {
    this.stop();
    this.change({ phase: 'paused', message: null });
    await call(routes.pauseImport, { params: { id: this.current.importId } });
  }

  stop(): void {
    this.run.abort(new Error('the upload was stopped'));
  }

  private change(over: Partial<UploadView>): void {
    this.current = { ...this.current, ...over };
    this.deps.onChange();
  }

  /** Carries it out under a signal of its own; whatever ends it, the page knows how it stands. */
  private async guarded(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.stop();
    const run = new AbortController();
    this.run = run;
    this.unread = 0;
    try {
      await work(run.signal);
    } catch (error) {
      if (run.signal.aborted) return;
      run.abort(new Error('the upload came to an end'));
      await this.explain(error);
    }
  }

  private patience(signal: AbortSignal) {
    const { phase } = this.current;
    const usual = phase === 'waiting' ? 'sending' : phase;
    return {
      signal,
      onWait: (message: string | null) =>
        this.change(message === null ? { phase: usual, message } : { phase: 'waiting', message }),
    };
  }

  private async tell(signal: AbortSignal): Promise<void> {
    this.change({ phase: 'telling', message: null, told: 0 });
    const onTold = (told: number) => this.change({ told });
    this.told = await tellFiles(this.current.importId, this.chosen, { ...this.patience(signal), onTold });
  }

  private read(signal: AbortSignal) {
    const { importId: id } = this.current;
    return patiently(() => call(routes.getImport, { params: { id } }, { signal }), this.patience(signal));
  }

  private async send(signal: AbortSignal): Promise<void> {
    this.pieces = [];
    this.change({ phase: 'sending', message: null, bytesPerSecond: null });
    const files = new Map(this.told.map((each) => [each.item.id, each]));
    const queue = sendOrder([...files.values()].map(({ item }) => item).filter(isWanted));
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const told = files.get(next.id);
        if (told) await this.sendFile(told, signal);
      }
    };
    await Promise.all(Array.from({ length: this.deps.slots.size }, work));
    if (this.unread > 0) throw new FilesLost();
    const { state } = await this.read(signal);
    if (!isOpen({ state })) return this.deps.onEnd();
    this.change({ phase: 'lost', message: t('othersAwaited') });
  }

  /** Piece after piece, from where the server wants it, until it wants no more of this file. */
  private async sendFile({ item, file }: Told, signal: AbortSignal): Promise<void> {
    let offset = item.receivedBytes;
    for (let turns = 0; turns < mostTurns;) {
      try {
        const answer = await this.deps.slots.run(() => this.sendNext({ item, file }, { offset, signal }));
        if (answer === null || !isWanted(answer) || answer.receivedBytes >= item.bytes) return;
        offset = answer.receivedBytes;
        turns = 0;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof OtherOffset) ({ offset } = error);
        // The server says beside the file why it refuses it; the others go on.
        else if (error instanceof ApiError && (error.code === 'invalid' || error.code === 'not_found'))
          return;
        else throw error;
        turns += 1;
      }
    }
  }

  /** Null when the file cannot be read any more. */
  private async sendNext({ item, file }: Told, { offset, signal }: { offset: number; signal: AbortSignal }) {
    const bytes = await file
      .slice(offset, offset + maxPieceBytes)
      .arrayBuffer()
      .catch(() => null);
    signal.throwIfAborted();
    if (bytes === null) {
      this.unread += 1;
      if (this.unread >= mostUnread) throw new FilesLost();
      return null;
    }
    const answer = await patiently(
      () => sendPiece(item.id, { offset, bytes, signal }),
      this.patience(signal),
    );
    this.measure(bytes.byteLength);
    return answer;
  }

  private measure(bytes: number): void {
    this.pieces = [...this.pieces, { at: performance.now(), bytes }].slice(-piecesRemembered);
    this.change({ bytesPerSecond: speedOf(this.pieces) });
  }

  private async explain(cause: unknown): Promise<void> {
    if (cause instanceof FilesLost) {
      const message =
        this.unread >= mostUnread ? t('noneReadable') : t('notReadable', { count: this.unread });
      return this.change({ phase: 'lost', message });
    }
    // It was paused or ended on another page.
    const now = await call(routes.getImport, { params: { id: this.current.importId } }).catch(() => null);
    if (now && !isOpen(now)) return this.deps.onEnd();
    if (now?.state === 'paused') return this.change({ phase: 'paused', message: null });
    const reason = cause instanceof Error ? cause.message : t('wentWrong');
    this.change({ phase: 'lost', message: t('uploadStopped', { reason }) });
  }
}
