/** `npm start [-- --demo]`: prepares what is missing, then runs the product until Ctrl-C. */
import { Children } from './lib/children.mjs';
import { demoEnvironment, startDemoCamera } from './lib/demo.mjs';
import {
  ensureBuild,
  ensureDependencies,
  findProgram,
  inRoot,
  installHint,
  installPackages,
  requireNode,
} from './lib/prepare.mjs';
import { serverEnvironment, serverNodeFlags } from './lib/server-launch.mjs';

const args = process.argv.slice(2);
const demo = args.includes('--demo');
const passedOn = args.filter((arg) => arg !== '--demo');
const asksOnly = passedOn.some((arg) =>
  ['-h', '--help', '-v', '--version', 'backup', 'restore', 'password'].includes(arg),
);

requireNode();
ensureDependencies();
ensureBuild();
if (!asksOnly) ensureFfmpeg();

const children = new Children();
const address =
  demo && !asksOnly ? await startDemoCamera(children, [inRoot('dist', 'simulator', 'main.js')]) : undefined;
const server = [inRoot('dist', 'server', 'main.js'), ...(address ? ['--camera', address] : []), ...passedOn];
children.start('server', [...serverNodeFlags, ...server], {
  // The server notices by the channel when this process is gone, however it ended.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...serverEnvironment, ...(demo ? demoEnvironment() : process.env) },
});

function ensureFfmpeg() {
  if (findProgram(process.env.FFMPEG_PATH || 'ffmpeg')) return;
  if (installPackages(['ffmpeg']) && findProgram('ffmpeg')) return;
  console.log(`ffmpeg is missing; viofosync starts without it. To install it: ${installHint(['ffmpeg'])}`);
}
