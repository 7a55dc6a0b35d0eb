import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { serve } from '../http/serve.ts';
import type { MeasureService } from './measure-service.ts';
import type { StorageService } from './storage-service.ts';

export interface StorageRouteDeps {
  storage: StorageService;
  measure: MeasureService;
}

export function storageRoutes(app: FastifyInstance, { storage, measure }: StorageRouteDeps): void {
  serve(app, routes.getStorage, () => storage.view());
  serve(app, routes.measureStorage, () => measure.measure());
}
