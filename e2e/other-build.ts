import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const isText = (name: string) => /\.(js|css|html|json|svg|webmanifest)$/.test(name);

let builds = 0;

/**
 * Has `place` lead to the built web app of a folder as a build that differs in everything: each script and style has
 * another name, and those of before are gone, as with an update, at one moment. `mark`: of letters; empty for the
 * build as it is.
 */
export async function putBuild(from: string, place: string, mark: string): Promise<void> {
  const to = `${place}-${(builds += 1)}`;
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && !/\.(gz|br)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(from.length + 1));
  const assets = names.filter((name) => name.startsWith('assets/')).map((name) => name.slice(7));
  const renamed = new Map(assets.map((name) => [name, name.replace(/(\.\w+)$/, `${mark}$1`)]));
  // The longest first: one name may end as another does.
  const pattern = new RegExp(
    assets
      .toSorted((a, b) => b.length - a.length)
      .map((name) => name.replaceAll('.', '\\.'))
      .join('|'),
    'g',
  );
  const { id } = JSON.parse(await readFile(join(from, 'build.json'), 'utf8')) as { id: string };
  for (const name of names) {
    const bytes = await readFile(join(from, name));
    const target = join(
      to,
      name.replace(pattern, (asset) => renamed.get(asset) ?? asset),
    );
    await mkdir(dirname(target), { recursive: true });
    const text = () =>
      bytes
        .toString('utf8')
        .replaceAll(pattern, (asset) => renamed.get(asset) ?? asset)
        .replaceAll(id, id + mark);
    await writeFile(target, isText(name) ? text() : bytes);
  }
  await symlink(to, `${to}-link`);
  await rename(`${to}-link`, place);
}
