import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { FaultChange } from '../simulator/faults.ts';
import type { RequestRecord } from '../simulator/request-log.ts';
import type { Bundle } from './bundle.ts';

export interface CameraOrder {
  clips: number;
  seed: number;
  faults: FaultChange;
}

const announcement = z.object({ address: z.string(), controlUrl: z.string() });

/** The camera's process, and what it says of itself over its control URL. */
export class CameraProcess {
  readonly address: string;
  private readonly controlUrl: string;
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess, said: z.infer<typeof announcement>) {
    this.child = child;
    this.address = said.address;
    this.controlUrl = said.controlUrl;
  }

  static async start(bundle: Bundle, order: CameraOrder): Promise<CameraProcess> {
    const child = spawn(process.execPath, [bundle.camera, JSON.stringify(order)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      return new CameraProcess(child, announcement.parse(JSON.parse(line)));
    }
    throw new Error('the camera did not start');
  }

  /** Every request so far, oldest first. */
  async requests(): Promise<RequestRecord[]> {
    const response = await fetch(`${this.controlUrl}/requests`);
    return (await response.json()) as RequestRecord[];
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill();
    await ended;
  }
}
