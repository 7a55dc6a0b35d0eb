import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { archivedFiles, askDatabase, type ArchivedFile } from './seed-archive.ts';

const trashFolder = '.trash/';
const isVideo = (path: string): boolean => path.endsWith('.MP4');

/**
 * Everything in which ledger and disk differ, one line each: clips and their files, the trash and its files, deletions
 * half done or told twice, counts of days. Asked while no program runs on the folder.
 */
export async function disagreements(folder: string): Promise<string[]> {
  const configDir = join(folder, 'config');
  const files = await videosBelow(join(folder, 'recordings'));
  const trash = askDatabase<ArchivedFile>(
    configDir,
    'select trash_path as path, bytes as size_bytes from trash',
  );
  const ofTrash = new Map([...files].filter(([path]) => path.startsWith(trashFolder)));
  const ofArchive = new Map([...files].filter(([path]) => !path.startsWith(trashFolder)));
  return [
    ...compare('archive', archivedFiles(configDir), ofArchive),
    ...compare('trash', trash, ofTrash),
    ...halfDone(configDir),
  ];
}

async function videosBelow(root: string): Promise<Map<string, number>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter(isVideo);
  const sizes = new Map<string, number>();
  for (const path of paths) sizes.set(path, (await lstat(join(root, path))).size);
  return sizes;
}

function compare(of: string, rows: readonly ArchivedFile[], files: ReadonlyMap<string, number>): string[] {
  const known = new Set(rows.map(({ path }) => path));
  return [
    ...rows
      .filter(({ path, size_bytes }) => files.get(path) !== size_bytes)
      .map(({ path }) => `${of}: ${path} is in the ledger, its file is not there or of another size`),
    ...[...files.keys()].filter((path) => !known.has(path)).map((path) => `${of}: no row for ${path}`),
  ];
}

/** Each counts what there must be none of. */
const checks: [what: string, query: string][] = [
  ['removals under way', 'select count(*) as count from removal'],
  [
    'paths of clips that are gone',
    "select count(*) as count from clip where state != 'archived' and path is not null",
  ],
  [
    'clips that went without a word in the audit log',
    `select count(*) as count from clip where state in ('expired', 'deleted', 'missing')
       and id not in (select clip_id from audit)`,
  ],
  ['deletions told twice', 'select count(*) - count(distinct clip_id) as count from audit'],
  [
    'days counted wrong',
    `select count(*) as count from day where archived !=
       (select count(*) from clip where clip.local_day = day.local_day and state = 'archived')`,
  ],
];

function halfDone(configDir: string): string[] {
  return checks.flatMap(([what, query]) => {
    const [row] = askDatabase<{ count: number }>(configDir, query);
    return row?.count === 0 ? [] : [`${row?.count ?? '?'} ${what}`];
  });
}
