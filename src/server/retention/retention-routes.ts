import type { FastifyInstance } from 'fastify';
import type { RetentionSettings } from '../../shared/retention.ts';
import { routes } from '../../shared/routes.ts';
import { settingsSchema } from '../../shared/settings.ts';
import { serve } from '../http/serve.ts';
import type { RetentionService } from './retention-service.ts';

export function retentionRoutes(app: FastifyInstance, { service }: { service: RetentionService }): void {
  serve(app, routes.getRetention, () => service.view());
  serve(app, routes.previewRetention, ({ body }) => service.preview(wishedRules(body.settings)));
  serve(app, routes.startSweep, () => {
    service.sweepNow();
    return service.view();
  });
  serve(app, routes.stopSweep, () => {
    service.stopSweep();
    return service.view();
  });
  serve(app, routes.confirmSweep, async ({ body }) => {
    await service.confirm(body);
    return service.view();
  });
  serve(app, routes.confirmClock, async () => {
    await service.confirmClock();
    return service.view();
  });
}

/** Null stands for the default. */
function wishedRules(wished: { [K in keyof RetentionSettings]?: RetentionSettings[K] | null | undefined }) {
  const defaults = settingsSchema.parse({});
  const rules: Partial<Record<keyof RetentionSettings, unknown>> = {};
  for (const key of Object.keys(wished) as (keyof RetentionSettings)[]) {
    const value = wished[key];
    if (value !== undefined) rules[key] = value ?? defaults[key];
  }
  return rules as Partial<RetentionSettings>;
}
