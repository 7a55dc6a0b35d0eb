/** What `npm start`, `npm test` and the others need before they can begin. No dependencies: they may not be there yet. */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const inRoot = (...parts) => join(root, ...parts);

/** As `engines` in package.json says. */
const leastNode = { 20: 19, 22: 12 };

/** Ends with one line when this Node is too old to go on. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isEnough = major > 22 || minor >= (leastNode[major] ?? Infinity);
  if (isEnough && major >= 24)
    console.warn(
      `Node ${process.versions.node} may end the program without warning (its database driver, nodejs/node#65446). Node 20 and 22 do not.`,
    );
  if (isEnough) return;
  console.error(`viofosync needs Node 20.19, 22.12 or newer; this is ${process.versions.node}.`);
  process.exit(2);
}

/** Runs a program in the project's folder with its output shown; ends with its exit code when it fails. */
export function runOrExit(what, file, args, options = {}) {
  const result = spawnSync(file, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.status === 0) return;
  console.error(`${what} failed${result.error ? `: ${result.error.message}` : ''}.`);
  process.exit(result.status || 1);
}

/** Installs the npm packages when they are missing or older than the lock file. */
export function ensureDependencies() {
  const marker = inRoot('node_modules', '.viofosync-installed');
  const wanted = ['package.json', 'package-lock.json']
    .map((name) => readFileSync(inRoot(name), 'utf8'))
    .join('\n');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  console.log('Installing npm packages (a minute or two, once) ...');
  runOrExit('npm install', npm(), ['install', '--no-audit', '--no-fund', '--loglevel=error']);
  // npm may have completed the lock file: what counts is what it left.
  const installed = ['package.json', 'package-lock.json']
    .map((name) => readFileSync(inRoot(name), 'utf8'))
    .join('\n');
  writeFileSync(marker, installed);
}

const npm = () => (process.platform === 'win32' ? 'npm.cmd' : 'npm');

const sources = [
  'src',
  'simulator',
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'vite.config.ts',
];

/** Builds server, simulator and web app when a source is newer than the last build. */
export function ensureBuild() {
  const stamp = inRoot('dist', '.built');
  const builtAt = existsSync(stamp) ? statSync(stamp).mtimeMs : 0;
  if (newestOf(sources.map((name) => inRoot(name))) < builtAt) return;
  console.log('Building ...');
  runOrExit('The build', process.execPath, [inRoot('scripts', 'build.mjs')]);
}

function newestOf(paths) {
  return Math.max(0, ...paths.filter((path) => existsSync(path)).map(newest));
}

function newest(path) {
  const entry = statSync(path);
  if (!entry.isDirectory()) return /\.test\.tsx?$/.test(path) ? 0 : entry.mtimeMs;
  return Math.max(entry.mtimeMs, newestOf(readdirSync(path).map((name) => join(path, name))));
}

/** The first of these programs that is on the PATH, or undefined. */
export function findProgram(...names) {
  for (const name of names) {
    const places = name.includes('/')
      ? [name]
      : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
    const found = places.find((place) => isExecutable(place));
    if (found) return found;
  }
  return undefined;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Whether Debian packages can be installed here without asking anybody. */
const mayInstall = () => process.getuid?.() === 0 && findProgram('apt-get') !== undefined;

/** Installs Debian packages where that is possible; returns whether it was. */
export function installPackages(names) {
  if (!mayInstall()) return false;
  console.log(`Installing ${names.join(', ')} from the system's packages ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (args) => spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  apt(['update', '-qq']);
  return apt(['install', '-y', '-qq', '--no-install-recommends', ...names]).status === 0;
}

/** One line that says how to get a program, for the system at hand. */
export function installHint(names) {
  if (process.platform === 'darwin') return `brew install ${names.join(' ')}`;
  return `sudo apt-get install ${names.join(' ')}`;
}

export function ensureFolder(path) {
  mkdirSync(path, { recursive: true });
}
