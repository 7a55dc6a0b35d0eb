/** What a folder below the archive root is for; `archive`: recordings, by days or otherwise. */
export type Purpose = 'archive' | 'exports' | 'import' | 'caches' | 'recycle' | 'trash';

const atRoot: Readonly<Record<string, Purpose>> = {
  '.trash': 'trash',
  '.exports': 'exports',
  import: 'import',
  '.import_tmp': 'import',
  '.thumbs': 'caches',
  '.filmstrips': 'caches',
  '.export_previews': 'caches',
  '.route_cache': 'caches',
  '.triage': 'caches',
};

/** Recycle bins of network storages, of Samba, Windows, Linux and macOS. */
const recycleBins: ReadonlySet<string> = new Set([
  '#recycle',
  '@recycle',
  '.recycle',
  '.recycle.bin',
  '$recycle.bin',
  'recycler',
  '.trash',
  '.trashes',
]);
const trashOfUser = /^\.trash-\d+$/;

/** Snapshots show everything once more without taking its room; the others belong to the system alone. */
const notEntered: ReadonlySet<string> = new Set([
  '#snapshot',
  '.snapshot',
  '.snapshots',
  '@recently-snapshot',
  '.zfs',
  'lost+found',
  'system volume information',
]);

/** What a folder is for, by its name and that of its parent; null for one that is not gone into. */
export function purposeOf(parent: { path: string; purpose: Purpose }, name: string): Purpose | null {
  const lower = name.toLowerCase();
  if (notEntered.has(lower)) return null;
  if (parent.purpose !== 'archive') return parent.purpose;
  const own = parent.path === '' && Object.hasOwn(atRoot, name) ? atRoot[name] : undefined;
  return own ?? (recycleBins.has(lower) || trashOfUser.test(lower) ? 'recycle' : 'archive');
}

/** Where the bytes of a file count that the ledger does not know. */
export type Share =
  | 'exportsBytes'
  | 'partsBytes'
  | 'importBytes'
  | 'cachesBytes'
  | 'recycleBytes'
  | 'trashStrayBytes'
  | 'otherBytes';

const shares: Readonly<Record<Exclude<Purpose, 'archive'>, Share>> = {
  exports: 'exportsBytes',
  import: 'importBytes',
  caches: 'cachesBytes',
  recycle: 'recycleBytes',
  trash: 'trashStrayBytes',
};

export function shareOf(purpose: Purpose, name: string): Share {
  if (purpose !== 'archive') return shares[purpose];
  return name.endsWith('.part') ? 'partsBytes' : 'otherBytes';
}

/** The clip that a file of the trash may have come with: what lay beside it bears its whole name. */
export function clipBeside(path: string): string {
  return path.replace(/\.(gpx|viofosync\.json|json)$/i, '');
}
