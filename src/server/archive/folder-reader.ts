import { errnoOf, messageOf } from '../lib/errors.ts';
import { isClipFile, isScannedFolder } from './place-policy.ts';
import { below } from './folder-path-policy.ts';

type Answer<T> = T | Promise<T>;

/** What an entry of a folder is. */
interface Entry {
  name: string;
  isFile(): boolean;
  isDirectory(): boolean;
}

interface FileStat {
  size: number;
  mtimeMs: number;
  isFile(): boolean;
}

interface FolderStat {
  dev: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
}

/** The operating system's calls: ones that wait beside other work in this process, ones that block in a thread. */
export interface ReadCalls {
  entries(path: string): Answer<Entry[]>;
  file(path: string): Answer<FileStat>;
  /** A link is followed: the archive's root may be one. */
  folder(path: string): Answer<FolderStat>;
}

export interface FolderOrder {
  /** Below the archive root, with `/`; empty for the root itself. */
  path: string;
  /** Of a folder that has this stamp still, nothing else is read. */
  stamp: string | null;
  /** Its clips are measured too. */
  measures: boolean;
  /** How many folders deep what lies in it is read as well, as far as there is time. */
  depth: number;
}

export interface Fault {
  /** Below the archive root. */
  path: string;
  code: string | null;
  message: string;
}

export interface Measured {
  /** Of the clips from the first on: bytes, and time of last write in ms; -1 for what is no file or could not be seen. */
  sizes: number[];
  mtimes: number[];
  faults: Fault[];
}

/** Clips that were taken in already. */
export interface PreparedClips {
  count: number;
  /** Those without a byte, which are in no batch. */
  empty: string[];
}

/** What of a folder matters to a scan; names only, in order. */
export interface FolderReading {
  path: string;
  /** As it was before it was read; null when it may change again without that being seen in it. */
  stamp: string | null;
  /** It is on another file system than the archive's root. */
  isMounted: boolean;
  state: 'read' | 'unchanged' | 'failed';
  folders: string[];
  clips: string[];
  /** Names of what may belong to a clip: `.gpx`, `.json`. */
  companions: string[];
  /** Of the first clips; fewer when there was no time, or where it was not ordered. */
  measured: Measured;
  /** Its clips are in a batch that goes with it (`scan-first-plan.ts`), and neither named nor measured here. */
  prepared: PreparedClips | null;
  fault: Fault | null;
}

/** A folder that changed so shortly ago may change again within the same tick of its file system's clock. */
const settleMs = 4000;
/** Then a call hands over what it has, so that no call lasts long; of what was ordered it leaves nothing half read if it can. */
const enoughFiles = 2000;
const mostFiles = 4000;
const enoughMs = 1000;
const longestMeasureMs = 2000;

/** Reads folders and measures clips: nothing is written, no link below the root is followed. */
export class FolderReader {
  private readonly root: string;
  private readonly calls: ReadCalls;
  private rootDev: bigint | null = null;

  constructor(root: string, calls: ReadCalls) {
    this.root = root;
    this.calls = calls;
  }

  /**
   * In the orders' order, each folder followed by what was read of what lies in it. Fewer than ordered when there is
   * enough; at least one. A folder that cannot be read is a reading with its fault. `now`: when it was asked, or before.
   */
  async read(orders: readonly FolderOrder[], now: number): Promise<FolderReading[]> {
    const began = performance.now();
    const readings: FolderReading[] = [];
    let files = 0;
    const isEnough = (most: number) => files >= most || performance.now() - began > enoughMs;
    const ahead = orders.toReversed();
    const ordered = new Set(orders);
    for (let order = ahead.pop(); order; order = ahead.pop()) {
      if (readings.length > 0 && isEnough(ordered.has(order) ? enoughFiles : mostFiles)) break;
      const reading = await this.readOne(order, now);
      readings.push(reading);
      files += reading.clips.length;
      if (order.depth === 0) continue;
      const { path, measures, depth } = order;
      for (const name of reading.folders)
        ahead.push({ path: below(path, name), stamp: null, measures, depth: depth - 1 });
    }
    return readings;
  }

  private async readOne(order: FolderOrder, now: number): Promise<FolderReading> {
    const reading = unread(order.path);
    try {
      const place = this.placeOf(order.path);
      const { stamp, hasSettled, isMounted } = await this.stampOf(order.path, now);
      Object.assign(reading, { stamp: hasSettled ? stamp : null, isMounted });
      if (order.stamp === stamp) return { ...reading, state: 'unchanged' };
      for (const entry of await this.calls.entries(place)) takeEntry(reading, entry);
      reading.folders.sort();
      reading.clips.sort();
    } catch (error) {
      return { ...reading, state: 'failed', fault: faultOf(order.path, error) };
    }
    // Of very many the caller asks for some at a time.
    if (order.measures && reading.clips.length <= mostFiles)
      reading.measured = await this.measure(order.path, reading.clips);
    return reading;
  }

  private async stampOf(
    path: string,
    now: number,
  ): Promise<{ stamp: string; hasSettled: boolean; isMounted: boolean }> {
    const { dev, mtimeNs, ctimeNs } = await this.calls.folder(this.placeOf(path));
    this.rootDev ??= path === '' ? dev : (await this.calls.folder(this.root)).dev;
    const changedMs = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1_000_000n);
    const hasSettled = changedMs < now - settleMs;
    return { stamp: `${mtimeNs} ${ctimeNs}`, hasSettled, isMounted: dev !== this.rootDev };
  }

  /** The clips from the first on, one after the other, as far as there is time; at least one. */
  async measure(folder: string, names: readonly string[]): Promise<Measured> {
    const began = performance.now();
    const measured: Measured = { sizes: [], mtimes: [], faults: [] };
    for (const name of names) {
      if (measured.sizes.length > 0 && performance.now() - began > longestMeasureMs) break;
      await this.measureOne(measured, below(folder, name));
    }
    return measured;
  }

  private async measureOne(measured: Measured, path: string): Promise<void> {
    let size = -1;
    let mtimeMs = -1;
    try {
      const entry = await this.calls.file(this.placeOf(path));
      if (entry.isFile()) ({ size, mtimeMs } = entry);
    } catch (error) {
      measured.faults.push(faultOf(path, error));
    }
    measured.sizes.push(size);
    measured.mtimes.push(mtimeMs);
  }

  private placeOf(path: string): string {
    return path === '' ? this.root : `${this.root}/${path}`;
  }
}

const unread = (path: string): FolderReading => ({
  path,
  stamp: null,
  isMounted: false,
  state: 'read',
  folders: [],
  clips: [],
  companions: [],
  measured: { sizes: [], mtimes: [], faults: [] },
  prepared: null,
  fault: null,
});

const faultOf = (path: string, error: unknown): Fault => ({
  path,
  code: errnoOf(error) ?? null,
  message: messageOf(error),
});

function takeEntry(reading: FolderReading, entry: Entry): void {
  const { name } = entry;
  if (entry.isDirectory()) {
    if (isScannedFolder(reading.path, name)) reading.folders.push(name);
  } else if (entry.isFile()) {
    if (isClipFile(name)) reading.clips.push(name);
    else if (/\.(gpx|json)$/i.test(name)) reading.companions.push(name);
  }
}
