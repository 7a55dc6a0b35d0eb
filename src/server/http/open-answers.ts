import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GateVerdict } from '../accounts/gate.ts';

interface OpenAnswersDeps {
  gate: { check(request: FastifyRequest): Promise<GateVerdict> };
  /** Calls back after sessions have ended; returns how to stop that. */
  whenSessionsEnd: (listener: () => void) => () => void;
}

/**
 * Cuts off what is still being sent (a video, an archive of many clips) to whoever may not have it any more. What has
 * not begun is left alone: it is the answer to the very request that ended the session.
 */
export function cutOffEnded(app: FastifyInstance, { gate, whenSessionsEnd }: OpenAnswersDeps): void {
  const open = new Map<FastifyReply, FastifyRequest>();
  app.addHook('onRequest', async (request, reply) => {
    open.set(reply, request);
    reply.raw.once('close', () => open.delete(reply));
  });
  const stop = whenSessionsEnd(() => {
    for (const [reply, request] of open) {
      if (!reply.raw.headersSent || reply.raw.writableFinished) continue;
      void gate.check(request).then(
        ({ denial }) => denial !== null && reply.raw.destroy(),
        () => reply.raw.destroy(),
      );
    }
  });
  app.addHook('onClose', async () => stop());
}
