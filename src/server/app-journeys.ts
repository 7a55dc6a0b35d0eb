import type { FastifyInstance } from 'fastify';
import type { Events } from '../shared/events.ts';
import type { Settings } from '../shared/settings.ts';
import { readSessionToken } from './accounts/routes.ts';
import type { AppOptions } from './app-options.ts';
import type { ArchiveVolume } from './archive/archive-volume.ts';
import { openClipFile } from './archive/clip-file.ts';
import { captureViewWith } from './archive/clip-view.ts';
import { refreshDays } from './archive/day-repository.ts';
import type { MediaAppParts } from './app-media.ts';
import type { Database } from './db/open.ts';
import { findRoutes } from './find/find-routes.ts';
import type { ProblemService } from './health/problem-service.ts';
import { carsOf } from './journeys/activity-reader.ts';
import type { DayJourneysDeps } from './journeys/day-journeys.ts';
import { JourneyDue } from './journeys/journey-due.ts';
import { journeyRoutes } from './journeys/journey-routes.ts';
import { JourneyService } from './journeys/journey-service.ts';
import { routesOfDays } from './journeys/journey-views.ts';
import type { EventBus } from './lib/event-bus.ts';
import type { Lifecycle } from './lib/lifecycle.ts';
import type { Logger } from './lib/logger.ts';
import { ClipNotes } from './notes/clip-notes-service.ts';
import { markRoutes } from './notes/mark-routes.ts';
import { MarkService } from './notes/mark-service.ts';
import { noteRoutes } from './notes/note-routes.ts';
import { parcelRoutes } from './parcel/parcel-routes.ts';
import { ParcelService } from './parcel/parcel-service.ts';
import { Gazetteer } from './places/gazetteer.ts';
import { GeocodeService } from './places/geocode-service.ts';
import { PassSearch } from './places/pass-search.ts';
import { PlaceNames } from './places/place-names.ts';
import { PlaceSearch } from './places/place-search.ts';
import { placeRoutes } from './places/place-routes.ts';
import { PlaceService } from './places/place-service.ts';
import { CameraClocksService } from './time/camera-clocks.ts';
import { ClockService } from './time/clock-service.ts';
import { UndoStore } from './sync/undo-store.ts';
import { TimeKeeper } from './time/time-keeper.ts';
import { timeRoutes } from './time/time-routes.ts';
import { exportChoice } from './tracks/track-export.ts';
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
  /** The first scan is under way. */
  isFilling: () => boolean;
  /** Wanted clips have another instant. */
  onMoved: () => void;
  /** What can be shown and played of clips. */
  mediaOf: MediaAppParts['mediaOf'];
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
  parcels: ParcelService;
  start(lifecycle: Lifecycle): Promise<void>;
  serve(app: FastifyInstance): void;
}

/** So long after a request somebody is taken to look at the page, ms. */
const askedMs = 300;

function lastRequest() {
  let at = Number.NEGATIVE_INFINITY;
  return {
    note: async () => {
      at = performance.now();
    },
    isRecent: () => performance.now() - at < askedMs,
  };
}

export function buildJourneys(deps: JourneyPartsDeps): JourneyParts {
  const { options, db, events, settings, volume, isDownloading, isFilling } = deps;
  const { clock, journeyPace: pace } = options;
  const due = new JourneyDue();
  const time = buildTime(deps, due);
  const tracks = new TrackRepository({
    onTracks: (trx, captureIds) => time.keeper.onTracks(trx, captureIds),
  });
  const log = deps.log('tracks');
  const trackService = new TrackService({ db, tracks, volume, events, clock, settings, log, isDownloading });
  const { places, names, geocoder, passes, search } = buildPlaces(deps);
  const asked = lastRequest();
  const journeys = new JourneyService({
    db,
    events,
    log: deps.log('journeys'),
    due,
    settings,
    isFilling,
    isAsked: asked.isRecent,
    assignPlaces: async (trx, stopIds) => void (await places.assignPlaces(trx, stopIds)),
    ...(pace && { pace }),
  });
  const parcels = buildParcels(deps);
  return {
    tracks,
    trackService,
    due,
    service: journeys,
    places,
    parcels,
    async start(lifecycle) {
      await lifecycle.start('clocks', time.service);
      await lifecycle.start('tracks', trackService);
      await lifecycle.start('places', places);
      await lifecycle.start('journeys', journeys);
      await lifecycle.start('geocoder', geocoder);
      await lifecycle.start('parcels', parcels);
    },
    serve(app) {
      app.addHook('onRequest', asked.note);
      trackRoutes(app, { db });
      timeRoutes(app, { clocks: time.clocks });
      journeyRoutes(app, {
        db,
        clock,
        events,
        settings,
        service: journeys,
        due,
        names,
        captureViews: captureViewsOf(deps),
      });
      placeRoutes(app, { places, passes, search });
      serveFinding(app, deps, names);
      serveNotes(app, deps);
      parcelRoutes(app, { parcels, tokenOf: readSessionToken });
    },
  };
}

function serveNotes(app: FastifyInstance, { db, events, options }: JourneyPartsDeps): void {
  const undo = new UndoStore();
  const marks = new MarkService({ db, events, clock: options.clock, undo });
  markRoutes(app, { marks });
  noteRoutes(app, { notes: new ClipNotes({ db, events, undo }), marks, undo });
}

const nothingKnown = { version: null, sizeBytes: null, mtimeMs: null };

const buildParcels = ({ db, volume, log, options }: JourneyPartsDeps): ParcelService =>
  new ParcelService({
    db,
    clock: options.clock,
    volume,
    log: log('parcels'),
    openFile: (path) => openClipFile(volume, volume.pathOf(path), nothingKnown),
    gpxOf: (clipIds) => exportChoice(db, { clipIds, journeyIds: [] }, 'gpx'),
  });

function serveFinding(app: FastifyInstance, { db, mediaOf }: JourneyPartsDeps, names: PlaceNames): void {
  findRoutes(app, {
    db,
    mediaOf,
    carOf: async (trx, cameraId) => (await carsOf(trx)).get(cameraId)?.id ?? cameraId,
    journeysOf: (days, carId) => routesOfDays(db, { days, names, carId }),
  });
}

const captureViewsOf =
  ({ db, mediaOf }: JourneyPartsDeps): DayJourneysDeps['captureViews'] =>
  async (found) => {
    const clips = found.flatMap((one) => one.clips);
    const media = await mediaOf(db, clips);
    return found.map((one) => captureViewWith(one, media));
  };

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
  const gazetteer = new Gazetteer({ log });
  const names = new PlaceNames({ db, clock, settings, gazetteer, geocoder });
  const places = new PlaceService({
    db,
    clock,
    events,
    log,
    names,
    onPlacesChanged: deps.onPlacesChanged,
  });
  const search = new PlaceSearch({ db, gazetteer });
  return { places, names, geocoder, passes: new PassSearch({ db }), search };
}
