import type { Channel, ClipSource } from './clip-source.ts';
import { formatName } from './names.ts';
import type { ClipKind, NameLayout } from './names.ts';
import { addSeconds, fatRounded } from './times.ts';

/** Where a camera keeps what, as paths over HTTP (camera.md 3.1). */
export interface CardFolders {
  normal: string;
  parking: string;
  locked: string;
  photo: string;
}

export const viofoFolders: CardFolders = {
  normal: '/DCIM/Movie',
  parking: '/DCIM/Movie/Parking',
  locked: '/DCIM/Movie/RO',
  photo: '/DCIM/Photo',
};

/** White-label Novatek cameras; parking clips mix with the rest there. */
export const cardvFolders: CardFolders = {
  normal: '/CARDV/MOVIE',
  parking: '/CARDV/MOVIE',
  locked: '/CARDV/EMR',
  photo: '/CARDV/PHOTO',
};

export interface CardEntry {
  readonly id: number;
  readonly name: string;
  /** Without a slash at the end; changes when the clip is locked. */
  folder: string;
  readonly source: ClipSource;
  readonly channel: Channel;
  readonly kind: ClipKind;
  readonly sequence: number;
  readonly startedLocal: Date;
  /** Last write, camera-local, as FAT keeps it (even seconds). */
  endedLocal: Date;
  locked: boolean;
  /** What `cmd=4001` answers; null answers with status -2. */
  readonly thumbnail: ClipSource | null;
  /** Set while the camera still writes the file. */
  recording: { writtenBytes: number; listedBytes: number; plannedEndLocal: Date } | null;
}

export interface NewClip {
  /** Camera-local (see times.ts). */
  startedLocal: Date;
  source: ClipSource;
  channel?: Channel;
  kind?: ClipKind;
  /** True puts it into the RO folder with attribute 33; events are locked by themselves. */
  locked?: boolean;
  durationSeconds?: number;
  thumbnail?: ClipSource;
  /** Instead of the name that the layout gives. */
  name?: string;
  /** `MP4` unless told. */
  extension?: string;
}

export interface NewCapture {
  startedLocal: Date;
  kind?: ClipKind;
  durationSeconds?: number;
  /** One clip each, sequence numbers in this order. */
  sources: Partial<Record<Channel, ClipSource>>;
}

export interface CardOptions {
  nameLayout?: NameLayout;
  /** `A` microSD, `B` SSD (A329 family). */
  drive?: 'A' | 'B';
  folders?: CardFolders;
  /** When full, the oldest unlocked clip makes room (loop recording). */
  capacityBytes?: number;
  extension?: string;
  firstSequence?: number;
}

/** What lies on the card now. Everything the listings and downloads say comes from here. */
export class VirtualCard {
  nameLayout: NameLayout;
  readonly drive: 'A' | 'B';
  readonly folders: CardFolders;
  capacityBytes: number;
  /** Paths that loop recording overwrote, oldest first. */
  readonly overwritten: string[] = [];
  #extension: string;
  #sequence: number;
  #nextId = 1;
  #entries: CardEntry[] = [];
  /** Of all clips ever added: while they fit, nothing need be counted. */
  #addedBytes = 0;
  /** Folders that a file left: they stay. */
  #emptied = new Set<string>();

  constructor(options: CardOptions = {}) {
    this.nameLayout = options.nameLayout ?? 'multi';
    this.drive = options.drive ?? 'A';
    this.folders = options.folders ?? viofoFolders;
    this.capacityBytes = options.capacityBytes ?? 256 * 1024 ** 3;
    this.#extension = options.extension ?? 'MP4';
    this.#sequence = options.firstSequence ?? 1;
  }

  /** By last write, oldest first (camera.md 1.5, sorting of the ODM build). */
  get entries(): readonly CardEntry[] {
    return this.#entries.toSorted((a, b) => +a.endedLocal - +b.endedLocal || a.id - b.id);
  }

  get usedBytes(): number {
    return this.#entries.reduce((sum, entry) => sum + currentBytes(entry), 0);
  }

  get freeBytes(): number {
    return Math.max(0, this.capacityBytes - this.usedBytes);
  }

  /** The entry at an HTTP path (`/DCIM/Movie/X.MP4`); FAT compares names without case. */
  find(path: string): CardEntry | undefined {
    const wanted = path.toLowerCase();
    return this.#entries.find((entry) => pathOf(entry).toLowerCase() === wanted);
  }

  /** Every folder that exists, parents included. The camera makes a folder with the first file in it. */
  get folderPaths(): ReadonlySet<string> {
    const known = new Set(['/']);
    const used = this.#entries.map((entry) => entry.folder);
    for (const folder of [this.folders.normal, ...this.#emptied, ...used]) {
      const parts = folder.split('/').filter((part) => part !== '');
      parts.forEach((_, index) => known.add(`/${parts.slice(0, index + 1).join('/')}`));
    }
    return known;
  }

  /** Adds a finished clip under the next name and makes room for it. */
  addClip(clip: NewClip): CardEntry {
    const entry = this.#newEntry(clip);
    this.#makeRoom(entry.source.sizeBytes);
    this.#entries.push(entry);
    return entry;
  }

  /** Adds the finished clips of one moment. */
  addCapture(capture: NewCapture): CardEntry[] {
    return this.#clipsOf(capture).map((clip) => this.addClip(clip));
  }

  addPhoto(photo: { startedLocal: Date; source: ClipSource; channel?: Channel; name?: string }): CardEntry {
    return this.addClip({ ...photo, kind: 'photo', extension: 'JPG', durationSeconds: 0 });
  }

  /** Begins a capture that is still being written: listed at once, growing, closed by `finishRecording()`. */
  recordCapture(capture: NewCapture): CardEntry[] {
    this.finishRecording();
    return this.#clipsOf(capture).map((clip) => {
      const entry = this.addClip(clip);
      entry.recording = { writtenBytes: 0, listedBytes: 0, plannedEndLocal: entry.endedLocal };
      entry.endedLocal = fatRounded(entry.startedLocal);
      return entry;
    });
  }

  /**
   * The clips being recorded have `fraction` (0 to 1) of their bytes by now. The listing stays one
   * step behind, as the directory entry does on the camera (camera.md 1.5: stale SIZE).
   */
  growRecording(fraction: number): void {
    const part = Math.min(1, Math.max(0, fraction));
    for (const { entry, recording } of this.#open()) {
      const writtenBytes = Math.max(Math.floor(entry.source.sizeBytes * part), recording.writtenBytes);
      entry.recording = { ...recording, writtenBytes, listedBytes: recording.writtenBytes };
      const lengthMs = +recording.plannedEndLocal - +entry.startedLocal;
      entry.endedLocal = fatRounded(new Date(+entry.startedLocal + lengthMs * part));
    }
  }

  /** Closes the files being recorded: their whole size, their last write at `endedLocal`. */
  finishRecording(endedLocal?: Date): CardEntry[] {
    return this.#open().map(({ entry, recording }) => {
      entry.recording = null;
      entry.endedLocal = fatRounded(endedLocal ?? recording.plannedEndLocal);
      return entry;
    });
  }

  get recordingEntries(): CardEntry[] {
    return this.#entries.filter((entry) => entry.recording !== null);
  }

  /** What the lock button does: attribute 33 and a move to the RO folder, name unchanged. */
  lock(path: string): CardEntry | undefined {
    const entry = this.find(path);
    if (entry === undefined) return undefined;
    this.#emptied.add(entry.folder);
    entry.locked = true;
    entry.folder = this.folders.locked;
    return entry;
  }

  /** True when there was such a file. */
  remove(path: string): boolean {
    const entry = this.find(path);
    if (entry === undefined) return false;
    this.#emptied.add(entry.folder);
    this.#entries = this.#entries.filter((other) => other !== entry);
    return true;
  }

  /** An empty, freshly formatted card: the sequence starts again (camera.md 3.1). */
  clear(): void {
    this.#entries = [];
    this.#emptied.clear();
    this.#sequence = 1;
  }

  #open() {
    return this.#entries.flatMap((entry) => {
      const { recording } = entry;
      return recording === null ? [] : [{ entry, recording }];
    });
  }

  #clipsOf({ sources, ...rest }: NewCapture): NewClip[] {
    const order: Channel[] = ['front', 'interior', 'rear', 'tele'];
    return order.flatMap((channel) => {
      const source = sources[channel];
      return source === undefined ? [] : [{ ...rest, channel, source }];
    });
  }

  #newEntry(clip: NewClip): CardEntry {
    const kind = clip.kind ?? 'normal';
    const channel = clip.channel ?? 'front';
    const locked = clip.locked ?? kind === 'event';
    const sequence = this.#sequence++;
    const extension = clip.extension ?? this.#extension;
    const { startedLocal } = clip;
    return {
      id: this.#nextId++,
      name: clip.name ?? formatName(this.nameLayout, { startedLocal, sequence, kind, channel, extension }),
      folder: this.#folderOf(kind, locked),
      source: clip.source,
      channel,
      kind,
      sequence,
      startedLocal,
      endedLocal: fatRounded(addSeconds(startedLocal, clip.durationSeconds ?? 60)),
      locked,
      thumbnail: clip.thumbnail ?? null,
      recording: null,
    };
  }

  #folderOf(kind: ClipKind, locked: boolean): string {
    if (locked) return this.folders.locked;
    return kind === 'event' ? this.folders.normal : this.folders[kind];
  }

  #makeRoom(neededBytes: number): void {
    this.#addedBytes += neededBytes;
    if (this.#addedBytes <= this.capacityBytes) return;
    while (this.freeBytes < neededBytes) {
      const oldest = this.entries.find((entry) => !entry.locked && entry.recording === null);
      if (oldest === undefined) return;
      this.overwritten.push(pathOf(oldest));
      this.remove(pathOf(oldest));
    }
  }
}

/** `/DCIM/Movie/X.MP4` */
export function pathOf(entry: CardEntry): string {
  return `${entry.folder}/${entry.name}`;
}

/** `A:\DCIM\Movie\X.MP4` */
export function nativePathOf(entry: CardEntry, drive: string): string {
  return `${drive}:${pathOf(entry).replaceAll('/', '\\')}`;
}

/** What a GET serves now. */
export function currentBytes(entry: CardEntry): number {
  return entry.recording?.writtenBytes ?? entry.source.sizeBytes;
}

/** What the listings say: too small while the file is being recorded. */
export function listedBytes(entry: CardEntry): number {
  return entry.recording?.listedBytes ?? entry.source.sizeBytes;
}

/** FAT attribute bits: 32 archive, 33 with read-only (camera.md 1.5). */
export function attributeOf(entry: CardEntry): number {
  return entry.locked ? 33 : 32;
}
