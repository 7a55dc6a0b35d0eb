import type * as maplibregl from 'maplibre-gl';
import { nextFeed, stopFeatures, type Fed } from './archive-feed-plan.ts';
import {
  archiveSources,
  clusterLayer,
  clusterLayers,
  filterExpression,
  heatLayers,
  lineLayers,
  linesSource,
  roughLayer,
  roughOpacity,
  stopLayers,
  stopsSource,
  type HeatColours,
} from './archive-layers.ts';
import { fineFilters, fontOf, type MapColours } from './map-layers.ts';
import type { ArchiveView } from './map-types.ts';

/** The first part is small, to be seen soon; each takes the library as long as all that it has, so they become larger. */
const firstPart = 300;
const largestPart = 2500;
/** Points are counted anew by the library: not while the range is still being dragged. */
const stopsRestMs = 180;
const heatOf = {
  light: { heatLow: '#f5a623', heatMiddle: '#e04a1f', heatHigh: '#7a0f2b' },
  dark: { heatLow: '#8a3a10', heatMiddle: '#ff8a1f', heatHigh: '#fff1b8' },
} as const satisfies Record<'light' | 'dark', HeatColours>;

/** The whole archive on a map, brought to it month by month. */
export class ArchiveOnMap {
  private readonly map: maplibregl.Map;
  private view: ArchiveView | null = null;
  private isLit = false;
  private fed: Fed = new Map();
  private part = firstPart;
  private stopsTimer: number | undefined;
  /** Counts the styles: what was begun for one before is over. */
  private style = 0;
  private isFeeding = false;

  constructor(map: maplibregl.Map) {
    this.map = map;
  }

  /** Shows it with what has changed about it. */
  show(view: ArchiveView): void {
    const before = this.view;
    this.view = view;
    if (!this.map.getSource(linesSource)) return;
    if (before?.filter !== view.filter) this.applyFilter();
    if (before?.isHeat !== view.isHeat || before.rough !== view.rough) this.applyLook();
    if (before?.months !== view.months || before.filter !== view.filter) this.laterStops();
    if (before?.months !== view.months) void this.feed();
  }

  /** A journey stands out, and the others step back; or none does. */
  setLit(isLit: boolean): void {
    if (this.isLit === isLit) return;
    this.isLit = isLit;
    this.applyLook();
  }

  /** The style is another: its sources are empty and its layers are gone. */
  styleLoaded(colours: MapColours, scheme: 'light' | 'dark'): void {
    if (!this.view || this.map.getSource(linesSource)) return;
    this.style += 1;
    this.isFeeding = false;
    this.fed = new Map();
    this.part = firstPart;
    for (const [name, source] of Object.entries(archiveSources)) this.map.addSource(name, source);
    for (const layer of lineLayers(colours, heatOf[scheme])) this.map.addLayer(layer, 'vs-journey-casing');
    const font = fontOf(this.map.getStyle());
    for (const layer of clusterLayers(colours, font)) this.map.addLayer(layer, 'vs-mark');
    this.applyFilter();
    this.applyLook();
    this.fillStops();
    void this.feed();
  }

  /** Layers in which a pointer finds journeys. */
  get layers(): string[] {
    return this.view?.isHeat ? [heatLayers.rough[0] ?? '', heatLayers.fine[0] ?? ''] : [roughLayer];
  }

  /** Goes as near as it takes for a bunch of stops to come apart; false when none is there. */
  openCluster(around: [maplibregl.PointLike, maplibregl.PointLike], isStill: boolean): boolean {
    if (!this.map.getLayer(clusterLayer)) return false;
    const [found] = this.map.queryRenderedFeatures(around, { layers: [clusterLayer] });
    const id: unknown = found?.properties['cluster_id'];
    if (!found || typeof id !== 'number' || found.geometry.type !== 'Point') return false;
    const [x = 0, y = 0] = found.geometry.coordinates;
    this.map
      .getSource<maplibregl.GeoJSONSource>(stopsSource)
      ?.getClusterExpansionZoom(id)
      .then((zoom) => this.map.easeTo({ center: [x, y], zoom: zoom + 0.3, animate: !isStill, duration: 400 }))
      // The points became others meanwhile.
      .catch(() => undefined);
    return true;
  }

  stop(): void {
    this.style += 1;
    window.clearTimeout(this.stopsTimer);
  }

  private applyFilter(): void {
    const { filter } = this.view ?? {};
    if (!filter) return;
    const passes = filterExpression(filter);
    for (const layer of [roughLayer, ...heatLayers.rough, ...heatLayers.fine])
      this.map.setFilter(layer, passes);
    for (const [layer, own] of Object.entries(fineFilters)) this.map.setFilter(layer, ['all', own, passes]);
  }

  private applyLook(): void {
    const { map, view } = this;
    if (!view || !map.getLayer(roughLayer)) return;
    const { isHeat, rough } = view;
    const shows = (layers: readonly string[], isShown: boolean) => {
      for (const layer of layers) map.setLayoutProperty(layer, 'visibility', isShown ? 'visible' : 'none');
    };
    shows([roughLayer], !isHeat && rough !== 'hidden');
    shows(heatLayers.rough, isHeat && rough !== 'hidden');
    shows(heatLayers.fine, isHeat && rough === 'hidden');
    shows(Object.keys(fineFilters), !isHeat);
    shows(stopLayers, !isHeat);
    map.setPaintProperty(roughLayer, 'line-opacity', roughOpacity(rough, this.isLit));
  }

  private laterStops(): void {
    window.clearTimeout(this.stopsTimer);
    this.stopsTimer = window.setTimeout(() => this.fillStops(), stopsRestMs);
  }

  private fillStops(): void {
    const { months, filter } = this.view ?? {};
    if (!months || !filter) return;
    const source = this.map.getSource<maplibregl.GeoJSONSource>(stopsSource);
    const features = stopFeatures(months, filter);
    source?.setData({ type: 'FeatureCollection', features }).catch(() => undefined);
  }

  private async feed(): Promise<void> {
    if (this.isFeeding) return;
    const { style } = this;
    this.isFeeding = true;
    try {
      for (;;) {
        const next = nextFeed(this.fed, this.view?.months ?? [], this.part);
        const source = this.map.getSource<maplibregl.GeoJSONSource>(linesSource);
        if (!next || !source) break;
        this.fed = next.fed;
        this.part = Math.min(largestPart, this.part * 2);
        await source.updateData({ remove: next.remove, add: next.add });
        if (style !== this.style) return;
      }
    } catch {
      // It is given up when the ground changes meanwhile, and then comes with that.
    }
    if (style === this.style) this.isFeeding = false;
  }
}
