import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { makeZip } from 'client-zip';
import { supportRoutes as routes } from '../../shared/support.ts';
import { serve, serveMedia } from '../http/serve.ts';
import type { SupportBundles } from './support-bundle.ts';

export function supportRoutes(app: FastifyInstance, { bundles }: { bundles: SupportBundles }): void {
  serve(app, routes.makeSupportBundle, () => bundles.make());
  serveMedia(app, routes.getSupportBundle, async ({ params }, { reply }) => {
    const { files, madeAt } = bundles.get(params.id);
    const lastModified = new Date(madeAt);
    const zip = makeZip(files.map(({ name, text }) => ({ name, input: text, lastModified })));
    const stamp = lastModified.toISOString().slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '-');
    return reply
      .header('content-type', 'application/zip')
      .header('content-disposition', `attachment; filename="viofosync-support-${stamp}.zip"`)
      .header('cache-control', 'no-store')
      .send(Readable.from(zip));
  });
}
