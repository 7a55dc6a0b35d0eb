import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { answer } from './answers.ts';
import { Device } from './device.ts';
import type { DeviceOptions } from './device.ts';
import type { HfsReply, HfsRequest } from './hfs-reply.ts';
import { readWhole } from './pattern-source.ts';
import type { SimulatedCamera } from './simulated-camera.ts';

/** A camera without a network, for tests of what it says. */
export function testDevice(options: DeviceOptions = {}): Device {
  return new Device(options, () => undefined);
}

export function request(target: string, { method = 'GET', range = '' } = {}): HfsRequest {
  const [path = '/', ...query] = target.split('?');
  const headers: Record<string, string> = range === '' ? {} : { range };
  return { method, target, path: decodeURIComponent(path), query: query.join('?'), headers };
}

/** The answer of a device; throws when it closes without one. */
export function ask(device: Device, target: string, options: { method?: string; range?: string } = {}) {
  const reply = answer(device, request(target, options));
  if (reply === 'closed') throw new Error('closed without an answer');
  return reply;
}

export async function bodyOf(reply: HfsReply): Promise<Buffer> {
  const whole = await readWhole(reply.body.source);
  return whole.subarray(reply.body.from, reply.body.to);
}

/** The text that a device answers. */
export async function textOf(device: Device, target: string): Promise<string> {
  return (await bodyOf(ask(device, target))).toString('utf8');
}

/** What came back over a raw connection until it ended. */
export interface RawAnswer {
  head: string;
  body: Buffer;
  ended: 'cleanly' | 'reset';
}

/** A connection that never reads more into the answer than its bytes. */
export class RawConnection {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  readonly #ended: Promise<'cleanly' | 'reset'>;

  constructor(camera: SimulatedCamera) {
    const [host = '', port = ''] = camera.address.split(':');
    this.socket = connect(Number(port), host);
    this.socket.on('data', (chunk) => (this.#received = Buffer.concat([this.#received, chunk])));
    this.#ended = new Promise((resolve) => {
      this.socket.once('end', () => resolve('cleanly'));
      this.socket.once('error', () => resolve('reset'));
    });
  }

  send(target: string, { method = 'GET', headers = '' } = {}): this {
    this.socket.write(`${method} ${target} HTTP/1.1\r\nHost: camera\r\n${headers}\r\n`);
    return this;
  }

  /** Body bytes so far. */
  get bodyBytes(): number {
    return this.#split().body.length;
  }

  async answer(): Promise<RawAnswer> {
    const ended = await this.#ended;
    return { ...this.#split(), ended };
  }

  #split(): { head: string; body: Buffer } {
    const end = /\r?\n\r?\n/.exec(this.#received.toString('latin1'));
    const at = end === null ? this.#received.length : end.index + end[0].length;
    return { head: this.#received.toString('latin1', 0, at), body: this.#received.subarray(at) };
  }
}

export function rawGet(
  camera: SimulatedCamera,
  target: string,
  options: { method?: string; headers?: string } = {},
): Promise<RawAnswer> {
  return new RawConnection(camera).send(target, options).answer();
}
