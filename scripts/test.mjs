/** `npm test [-- vitest arguments]`: installs what the tests need, builds, runs every test, ends with `N passed, N failed`. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import {
  ensureBuild,
  ensureDependencies,
  ensureFolder,
  findProgram,
  inRoot,
  installHint,
  installPackages,
  requireNode,
  root,
} from './lib/prepare.mjs';

requireNode();
ensureSystemPackages();
ensureDependencies();
ensureBuild();

const report = inRoot('.test-results', 'vitest.json');
ensureFolder(inRoot('.test-results'));
rmSync(report, { force: true });
const vitest = inRoot('node_modules', 'vitest', 'vitest.mjs');
const args = [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
];
const env = { ...process.env, VIOFOSYNC_TEST_BUILD: '1' };
const { status } = spawnSync(process.execPath, [vitest, ...args], { cwd: root, stdio: 'inherit', env });
for (const name of secondTries()) console.log(`passed only at a second try: ${name}`);
console.log(`\n${summary(status)}`);
process.exit(status || 0);

/** Tests that failed and passed when they were run again. */
function secondTries() {
  if (!existsSync(report)) return [];
  return JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap((file) =>
    file.assertionResults
      .filter(({ status: result, failureMessages }) => result === 'passed' && failureMessages.length > 0)
      .map(({ fullName }) => `${file.name.replace(`${root}/`, '')}: ${fullName}`),
  );
}

/** A file that could not be run at all counts as one failure: no test in it can have passed. */
function summary(exitCode) {
  if (!existsSync(report)) return '0 passed, 1 failed';
  const result = JSON.parse(readFileSync(report, 'utf8'));
  const brokenFiles = result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const failed = result.numFailedTests + brokenFiles;
  return `${result.numPassedTests} passed, ${failed === 0 && exitCode !== 0 ? 1 : failed} failed`;
}

function ensureSystemPackages() {
  const missing = [
    findProgram(process.env.FFMPEG_PATH || 'ffmpeg') && findProgram('ffprobe') ? [] : ['ffmpeg'],
    findProgram('exiftool') ? [] : ['libimage-exiftool-perl'],
    findProgram('chromium', 'chromium-browser', 'google-chrome') ? [] : ['chromium'],
  ].flat();
  if (missing.length === 0 || installPackages(missing)) return;
  console.error(`The tests need ${missing.join(' and ')}: ${installHint(missing)}`);
  process.exit(2);
}
