import type { Selectable } from 'kysely';
import { cardForecastSchema, type Camera as CameraView, type CardForecast } from '../../shared/cameras.ts';
import type { CameraRow, ListingTable } from '../db/schema.ts';
import type { CameraRuntime } from './camera-service.ts';

type ListingRow = Selectable<ListingTable>;

/** A camera as the page sees it: its row, what its sync is doing, and its last listing. */
export function cameraView(
  row: CameraRow,
  runtime: CameraRuntime,
  listing: ListingRow | undefined,
): CameraView {
  return {
    id: row.id,
    name: row.name,
    address: row.address,
    alternativeAddress: row.alternative_address,
    enabled: row.enabled === 1,
    model: row.model,
    firmware: row.firmware,
    identity: { wifiMac: row.wifi_mac, bluetoothMac: row.bluetooth_mac, acceptedAt: row.accepted_at },
    mainRule: row.main_rule,
    alternativeRule: row.alternative_rule,
    parallel: row.parallel,
    vehicle: row.vehicle,
    mainTriage: row.main_triage === 1,
    alternativeTriage: row.alternative_triage === 1,
    ...runtime,
    lastContactAt: row.last_contact_at,
    lastArchivedAt: row.last_archived_at,
    lastListing: listing ? listingView(listing) : null,
    forecast: readForecast(row.forecast),
  };
}

function listingView(row: ListingRow): CameraView['lastListing'] {
  return {
    at: row.at,
    clips: row.clips,
    photos: row.photos,
    complete: row.complete === 1,
    costMs: row.cost_ms,
    notes: JSON.parse(row.notes) as string[],
  };
}

/** A forecast that another version wrote in another form is none. */
function readForecast(text: string | null): CardForecast | null {
  if (text === null) return null;
  try {
    return cardForecastSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
