/** The demo: a simulated camera with a few days of drives, and folders of its own for the product. */
import { createInterface } from 'node:readline';
import { findProgram, inRoot, installHint } from './prepare.mjs';

const demoPort = '8081';

/** Folders of the demo, unless the user named others. */
export function demoEnvironment() {
  return {
    ...process.env,
    CONFIG_DIR: process.env.CONFIG_DIR || inRoot('.demo', 'config'),
    RECORDINGS: process.env.RECORDINGS || inRoot('.demo', 'recordings'),
  };
}

/** Starts the simulated camera; resolves with its address once it listens. */
export async function startDemoCamera(children, program) {
  if (!findProgram(process.env.FFMPEG_PATH || 'ffmpeg')) {
    console.error(`The demo camera needs ffmpeg to make its footage: ${installHint(['ffmpeg'])}`);
    process.exit(1);
  }
  const port = process.env.VIOFOSYNC_DEMO_PORT || demoPort;
  const options = [
    '--port',
    port,
    '--days',
    '3',
    '--channels',
    '2',
    '--rate',
    '4MB',
    '--record',
    '--json',
    '--exit-with-parent',
  ];
  const camera = children.start('demo camera', [...program, ...options], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: camera.stdout });
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      const { address, control } = JSON.parse(line);
      console.log(`Demo camera at ${address}; make it misbehave at ${control}`);
      resolve(address);
    });
  });
}
