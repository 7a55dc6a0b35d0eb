import { z } from 'zod';
import { ControlServer } from '../simulator/control.ts';
import { startSimulatedCamera } from '../simulator/simulated-camera.ts';
import { benchClips, fillCard } from './card.ts';

/** What the benchmark wants of its camera: one JSON argument. */
const orderSchema = z.object({
  clips: z.number().int(),
  seed: z.number().int(),
  faults: z.record(z.string(), z.unknown()),
});

/** The simulated camera in a process of its own, so that its work is not counted as the server's. */
async function main(): Promise<void> {
  const order = orderSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
  const camera = await startSimulatedCamera({ seed: order.seed });
  fillCard(camera.card, benchClips(order.clips));
  camera.faults.setUnchecked(order.faults);
  const control = new ControlServer(camera);
  await control.start();
  process.stdin.on('end', () => process.exit(0)).resume();
  console.log(JSON.stringify({ address: camera.address, controlUrl: control.url }));
}

await main();
