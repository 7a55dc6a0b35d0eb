import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** `away`: nobody listens behind it; `failing`: a proxy that answers 500; `slow`: everything takes ten seconds longer. */
type Way = 'open' | 'away' | 'failing' | 'slow';

const slowMs = 10_000;
const failure =
  'HTTP/1.1 500 Oops\r\ncontent-type: text/html\r\ncontent-length: 4\r\nconnection: close\r\n\r\noops';

/** A way to the server that keeps its address while the server, or what lies between, behaves in other ways. */
export class DoubtfulWay {
  readonly url: string;
  private readonly server: Server;
  private readonly sockets: Set<Socket>;
  private way: Way = 'open';

  private constructor(server: Server, sockets: Set<Socket>) {
    this.server = server;
    this.sockets = sockets;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async to(target: string): Promise<DoubtfulWay> {
    const sockets = new Set<Socket>();
    const { port } = new URL(target);
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      way.pass(socket, Number(port));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const way = new DoubtfulWay(server, sockets);
    return way;
  }

  /** From now on; what was open is cut off. */
  become(way: Way): void {
    this.way = way;
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.become('away');
    this.server.close();
    await once(this.server, 'close');
  }

  private pass(socket: Socket, port: number): void {
    if (this.way === 'away') socket.destroy();
    else if (this.way === 'failing') socket.once('data', () => socket.end(failure));
    else if (this.way === 'slow') setTimeout(() => join(socket, port), slowMs).unref();
    else join(socket, port);
  }
}

function join(socket: Socket, port: number): void {
  if (socket.destroyed) return;
  const behind = connect(port, '127.0.0.1');
  behind.on('error', () => socket.destroy());
  behind.on('close', () => socket.destroy());
  socket.on('close', () => behind.destroy());
  socket.pipe(behind).pipe(socket);
}
