import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import type { SettingsInForceView } from '../../shared/settings-answer.ts';
import { serve } from '../http/serve.ts';
import type { SettingsService } from './settings-service.ts';

export function settingsRoutes(
  app: FastifyInstance,
  deps: { service: SettingsService; inForce: () => SettingsInForceView },
): void {
  const { service, inForce } = deps;
  const answer = () => ({ settings: service.values, changed: service.changed, ...inForce() });
  serve(app, routes.getSettings, answer);
  serve(app, routes.updateSettings, async ({ body }) => {
    await service.update(body);
    return answer();
  });
}
