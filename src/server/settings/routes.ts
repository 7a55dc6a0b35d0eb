import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { serve } from '../http/serve.ts';
import type { SettingsService } from './settings-service.ts';

export function settingsRoutes(app: FastifyInstance, deps: { service: SettingsService }): void {
  const { service } = deps;
  const answer = () => ({ settings: service.values, changed: service.changed });
  serve(app, routes.getSettings, answer);
  serve(app, routes.updateSettings, async ({ body }) => {
    await service.update(body);
    return answer();
  });
}
