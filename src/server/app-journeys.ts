import type { FastifyInstance } from 'fastify';
import type { Events } from '../shared/events.ts';
import type { Settings } from '../shared/settings.ts';
import type { AppOptions } from './app-options.ts';
import type { ArchiveVolume } from './archive/archive-volume.ts';
import { captureView } from './archive/clip-view.ts';
import { refreshDays } from './archive/day-repository.ts';
import type { Database } from './db/open.ts';
import type { ProblemService } from './health/problem-service.ts';
import { JourneyDue } from './journeys/journey-due.ts';
import { journeyRoutes } from './journeys/journey-routes.ts';
import { JourneyService } from './journeys/journey-service.ts';
import type { EventBus } from './lib/event-bus.ts';
import type { Lifecycle } from './lib/lifecycle.ts';
import type { Logger } from './lib/logger.ts';
import { Gazetteer } from './places/gazetteer.ts';
import { GeocodeService } from './places/geocode-service.ts';
import { PassSearch } from './places/pass-search.ts';
import { PlaceNames } from './places/place-names.ts';
import { placeRoutes } from './places/place-routes.ts';
import { PlaceService } from './places/place-service.ts';
import { CameraClocksService } from './time/camera-clocks.ts';
import { ClockService } from './time/clock-service.ts';
import { TimeKeeper } from './time/time-keeper.ts';
import { timeRoutes } from './time/time-routes.ts';
import { TrackRepository } from './tracks/track-repository.ts';
import { trackRoutes } from './tracks/track-routes.ts';
import { TrackService } from './tracks/track-service.ts';

export interface JourneyPartsDeps {
  options: AppOptions;
  db: Database;
  events: EventBus<Events>;
  settings: () => Settings;
  volume: ArchiveVolume;
  problems: ProblemService;
  log: (module: string) => Logger;
  /** Bytes are coming in from a camera. */
  isDownloading: () => boolean;
  /** Wanted clips have another instant. */
  onMoved: () => void;
  /** All stops are at their places. */
  onPlacesChanged: () => void;
}

/** Where the car was and when, wired. */
export interface JourneyParts {
  tracks: TrackRepository;
  trackService: TrackService;
  due: JourneyDue;
  service: JourneyService;
  places: PlaceService;
  start(lifecycle: Lifecycle): Promise<void>;
  serve(app: FastifyInstance): void;
}

export function buildJourneys(deps: JourneyPartsDeps): JourneyParts {
  const { options, db, events, settings, volume } = deps;
  const { clock } = options;
  const due = new JourneyDue();
  const time = buildTime(deps, due);
  const tracks = new TrackRepository({
    onTracks: (trx, captureIds) => time.keeper.onTracks(trx, captureIds),
  });
  const trackService = new TrackService({
    db,
    tracks,
    volume,
    events,
    clock,
    settings,
    log: deps.log('tracks'),
    isDownloading: deps.isDownloading,
  });
  const { places, names, geocoder, passes } = buildPlaces(deps);
  const journeys = new JourneyService({
    db,
    events,
    log: deps.log('journeys'),
    due,
    settings,
    assignPlaces: async (trx, stopIds) => void (await places.assignPlaces(trx, stopIds)),
    ...(options.journeyPace && { pace: options.journeyPace }),
  });
  return {
    tracks,
    trackService,
    due,
    service: journeys,
    places,
    async start(lifecycle) {
      await lifecycle.start('clocks', time.service);
      await lifecycle.start('tracks', trackService);
      await lifecycle.start('places', places);
      await lifecycle.start('journeys', journeys);
      await lifecycle.start('geocoder', geocoder);
    },
    serve(app) {
      trackRoutes(app, { db });
      timeRoutes(app, { clocks: time.clocks });
      journeyRoutes(app, { db, clock, events, settings, service: journeys, due, names, captureView });
      placeRoutes(app, { places, passes });
    },
  };
}

function buildTime(deps: JourneyPartsDeps, due: JourneyDue) {
  const { options, db, events } = deps;
  const { clock, config } = options;
  const onDue = () => service.nudge();
  const keeper = new TimeKeeper({
    clock,
    zone: config.zone,
    refreshDays,
    journeysDue: (trx, cameraId, fromAt, toAt) => due.add(trx, cameraId, fromAt, toAt),
    onDue,
    onMoved: deps.onMoved,
  });
  const service: ClockService = new ClockService({
    db,
    keeper,
    events,
    log: deps.log('time'),
    onMoved: deps.onMoved,
  });
  const clocks = new CameraClocksService({ db, keeper, events, clock, zone: config.zone, onDue });
  return { keeper, service, clocks };
}

function buildPlaces(deps: JourneyPartsDeps) {
  const { options, db, events, settings, problems } = deps;
  const { clock } = options;
  const log = deps.log('places');
  const geocoder = new GeocodeService({
    db,
    settings,
    events,
    problems,
    clock,
    log,
    version: options.version,
    ...(options.geocodePace && { pace: options.geocodePace }),
  });
  const names = new PlaceNames({ db, clock, settings, gazetteer: new Gazetteer({ log }), geocoder });
  const places = new PlaceService({
    db,
    clock,
    events,
    log,
    names,
    onPlacesChanged: deps.onPlacesChanged,
  });
  return { places, names, geocoder, passes: new PassSearch({ db }) };
}
