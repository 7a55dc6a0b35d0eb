import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const zipped = promisify(gzip);

/** The body of an answer, as it is and compressed. */
export interface Body {
  plain: Buffer;
  gzip: Buffer;
}

/** Answers that were made before, by what names their contents; those that were not asked for longest go first. */
export class MonthBodies {
  private readonly bodies = new Map<string, Promise<Body>>();
  private readonly maxBodies: number;

  /** The months of twenty years, at some 30 kB each. */
  constructor(maxBodies = 240) {
    this.maxBodies = maxBodies;
  }

  /** The body under a name; made once, however many ask for it at a time. */
  of(name: string, make: () => Promise<string>): Promise<Body> {
    const known = this.bodies.get(name);
    this.bodies.delete(name);
    const body = known ?? bodyOf(make);
    this.bodies.set(name, body);
    // What could not be made is made anew for the next who asks.
    if (!known) body.catch(() => this.bodies.get(name) === body && this.bodies.delete(name));
    for (const oldest of this.bodies.keys()) {
      if (this.bodies.size <= this.maxBodies) break;
      this.bodies.delete(oldest);
    }
    return body;
  }
}

async function bodyOf(make: () => Promise<string>): Promise<Body> {
  const plain = Buffer.from(await make());
  return { plain, gzip: await zipped(plain) };
}
