import type { FastifyInstance } from 'fastify';
import { routes } from '../../shared/routes.ts';
import { serve } from '../http/serve.ts';
import type { PassSearch } from './pass-search.ts';
import type { PlaceSearch } from './place-search.ts';
import type { PlaceService } from './place-service.ts';

export interface PlaceRouteDeps {
  places: PlaceService;
  passes: PassSearch;
  search: Pick<PlaceSearch, 'find'>;
}

export function placeRoutes(app: FastifyInstance, { places, passes, search }: PlaceRouteDeps): void {
  serve(app, routes.listPlaces, () => places.list());
  serve(app, routes.searchPlaces, async ({ query }) => ({ places: await search.find(query) }));
  serve(app, routes.addPlace, ({ body }) => places.add(body));
  serve(app, routes.updatePlace, ({ params, body }) => places.update(params.id, body));
  serve(app, routes.removePlace, ({ params }) => places.remove(params.id));
  serve(app, routes.findPasses, ({ query: { west, south, east, north, ...rest } }) =>
    passes.find({ box: { west, south, east, north }, ...rest }),
  );
}
