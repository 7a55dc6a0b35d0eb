import type { RefilePreview } from '../../shared/archive-care.ts';
import type { Layout } from '../../shared/settings.ts';
import type { CameraRow, ClipRow } from '../db/schema.ts';
import { dateFolder } from './layout.ts';
import { fileNameOf, recordedName } from './place-policy.ts';

/** What decides where an archived clip belongs. */
export type PlacedClip = Pick<ClipRow, 'id' | 'camera_id' | 'kind' | 'local_start' | 'size_bytes'> & {
  /** Below the archive root, with `/`. */
  path: string;
};

/** A clip that lies elsewhere than the layout puts it. */
export interface RefileMove {
  clipId: number;
  from: string;
  /** If nothing is there. */
  wish: string;
  sizeBytes: number | null;
}

export interface RefileRules {
  layout: Layout;
  /** Folders of the cameras below the archive root, by their ids; empty for the first. */
  cameraFolders: ReadonlyMap<number, string>;
}

/** What tells of a clip that its name does not tell: folders that say so come along into any layout. */
const tellingFolders: ReadonlySet<string> = new Set(['ro', 'emr', 'parking']);
const hasTelling = /(?:^|\/)(?:ro|emr|parking)\//i;
const ownNumber = /~\d{1,3}(?=\.\w{1,4}$)/;

/**
 * The moves that bring clips where the layout puts them, in their order. Only folders count: a clip that has a number
 * in its name, for its name was taken, stays where it is if its folder is right. A file of unknown name is of no day:
 * no layout moves it out of the folder that somebody put it in.
 */
export function planRefile(clips: readonly PlacedClip[], rules: RefileRules): RefileMove[] {
  return clips.flatMap((clip) => {
    const wish = wishedPlace(clip, rules);
    if (wish === null) return [];
    return [{ clipId: clip.id, from: clip.path, wish, sizeBytes: clip.size_bytes }];
  });
}

function wishedPlace(
  { kind, path, camera_id, local_start }: PlacedClip,
  { layout, cameraFolders }: RefileRules,
): string | null {
  if (kind === 'unclassified') return null;
  const cameraFolder = cameraFolders.get(camera_id) ?? '';
  const within =
    cameraFolder !== '' && path.startsWith(`${cameraFolder}/`) ? path.slice(cameraFolder.length + 1) : path;
  const folder = [cameraFolder, dateFolder(local_start, layout), ...tellingIn(within)]
    .filter((part) => part !== '')
    .join('/');
  if (folder === folderOf(path)) return null;
  const name = unnumbered(fileNameOf(path));
  return folder === '' ? name : `${folder}/${name}`;
}

/** Most have none: an archive has hundreds of thousands of clips. */
const tellingIn = (path: string): string[] =>
  hasTelling.test(path)
    ? path
        .split('/')
        .slice(0, -1)
        .filter((folder) => tellingFolders.has(folder.toLowerCase()))
    : [];

/** Where its own name is free, a clip has no need of our number any more. */
function unnumbered(fileName: string): string {
  const isNumbered = ownNumber.test(fileName) && recordedName(fileName).length < fileName.length;
  return isNumbered ? fileName.replace(ownNumber, '') : fileName;
}

/** The folder of a path with `/`; empty for the archive root. */
const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

const examplesShown = 5;

/** What a layout would move, counted as clips are brought to it page by page. */
export class RefileCount {
  private readonly rules: RefileRules;
  private readonly folders = new Set<string>();
  private readonly wanted = new Set<string>();
  private readonly examples: RefilePreview['examples'] = [];
  private clips = 0;
  private bytes = 0;
  private inPlace = 0;

  constructor(rules: RefileRules) {
    this.rules = rules;
  }

  add(clips: readonly PlacedClip[]): void {
    const moves = planRefile(clips, this.rules);
    this.clips += moves.length;
    this.inPlace += clips.length - moves.length;
    for (const { path } of clips) this.folders.add(folderOf(path));
    for (const { from, wish, sizeBytes } of moves) {
      this.bytes += sizeBytes ?? 0;
      this.wanted.add(folderOf(wish));
      if (this.examples.length < examplesShown) this.examples.push({ from, to: wish });
    }
  }

  preview(): RefilePreview {
    const { clips, bytes, inPlace, examples } = this;
    const newFolders = [...this.wanted].filter((folder) => folder !== '' && !this.folders.has(folder)).length;
    return { layout: this.rules.layout, clips, bytes, inPlace, newFolders, examples: [...examples] };
  }
}

export const cameraFoldersOf = (cameras: readonly Pick<CameraRow, 'id' | 'archive_folder'>[]) =>
  new Map(cameras.map((camera) => [camera.id, camera.archive_folder]));
