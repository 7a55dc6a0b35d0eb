import { addProtocol } from 'maplibre-gl';
import { PMTiles, Protocol } from 'pmtiles';
import { tileJsonSchema, type TileJson } from './ground-plan.ts';

let protocol: Protocol | null = null;

/** Makes a PMTiles file known to the map library as `pmtiles://...`; resolves to what it holds. */
export async function readPmtiles(url: string): Promise<TileJson> {
  const address = url.replace(/^pmtiles:\/\//, '');
  if (!protocol) {
    protocol = new Protocol();
    addProtocol('pmtiles', protocol.tile);
  }
  const file = new PMTiles(address);
  protocol.add(file);
  const { minZoom: minzoom, maxZoom: maxzoom } = await file.getHeader();
  const metadata = tileJsonSchema.partial().safeParse(await file.getMetadata()).data ?? {};
  return { ...metadata, tiles: [`pmtiles://${address}/{z}/{x}/{y}`], minzoom, maxzoom };
}
