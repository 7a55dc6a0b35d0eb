import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import type { Listing } from '../src/server/camera/camera.ts';
import { parseListingHtml } from '../src/server/camera/listing-html.ts';
import { mergeListings } from '../src/server/camera/listing-merge.ts';
import { parseListingXml } from '../src/server/camera/listing-xml.ts';
import { openDatabase } from '../src/server/db/open.ts';
import { systemClock } from '../src/server/lib/clock.ts';
import { ZonedTimes } from '../src/server/lib/zones.ts';
import { orderClasses } from '../src/shared/queue.ts';
import type { RuleContext } from '../src/server/sync/fetch-rules.ts';
import { orderQueue, type Orderable } from '../src/server/sync/plan.ts';
import { planReconcile, type NewClip, type ReconcilePlan } from '../src/server/sync/reconcile-plan.ts';
import { Reconciler } from '../src/server/sync/reconciler.ts';
import { VirtualCard } from '../simulator/card.ts';
import { folderHtml } from '../simulator/listing-html.ts';
import { listedFile, listingXml, viofoListing } from '../simulator/listing-xml.ts';
import { patternSource } from '../simulator/pattern-source.ts';
import { addSeconds, localTime } from '../simulator/times.ts';

const zone = 'Europe/London';
const host = '192.168.1.254';

/** Everything is fetched over every connection. */
export const everything: RuleContext = {
  connection: 'main',
  rules: { main: 'everything', alternative: 'everything' },
  hasAlternative: false,
  fetchFrom: null,
};

export interface ListingTexts {
  xml: string;
  pages: { folder: string; html: string }[];
}

/** What a full card of one-minute clips says of itself, with some of them locked and some parking. */
export function listingTexts(files: number): ListingTexts {
  const card = new VirtualCard({ capacityBytes: 2 ** 50 });
  const firstStart = localTime(2026, 1, 1);
  const source = patternSource(150_000_000);
  for (let index = 0; index < files; index++) {
    const capture = Math.floor(index / 2);
    card.addClip({
      startedLocal: addSeconds(firstStart, capture * 60),
      channel: index % 2 === 0 ? 'front' : 'rear',
      kind: capture % 10 === 3 ? 'parking' : 'normal',
      locked: capture % 50 === 7,
      source,
    });
  }
  const { entries, folders } = card;
  const pages = [folders.normal, folders.parking, folders.locked].map((folder) => ({
    folder,
    html: folderHtml({
      path: folder,
      folders: [],
      files: entries
        .filter((entry) => entry.folder === folder)
        .map((entry) => ({ name: entry.name, sizeBytes: 150_000_000, endedLocal: entry.endedLocal })),
    }),
  }));
  const xml = listingXml(
    entries.map((entry) => listedFile(entry, card.drive)),
    viofoListing,
  );
  return { xml, pages };
}

export function mergedListing(texts: ListingTexts): Listing {
  const parts = texts.pages.map(({ folder, html }) => {
    const page = parseListingHtml(html, { folder, host });
    return { files: page.files, complete: page.closed, notes: page.notes };
  });
  return { ...mergeListings([parseListingXml(texts.xml, host), ...parts]), costMs: 0 };
}

/** One listing from its texts to the order of downloads, with the time it took. */
export function planOnce(texts: ListingTexts) {
  const startedAt = performance.now();
  const merged = mergedListing(texts);
  const parsedAt = performance.now();
  const times = new ZonedTimes(zone);
  const plan = planReconcile({
    ledger: [],
    files: merged.files,
    complete: merged.complete,
    recording: 'stopped',
    fetchPhotos: false,
    now: Date.now(),
    place: (localStart) => times.place(localStart),
    holdOf: () => null,
  });
  const order = orderQueue(orderables(plan), {
    classes: orderClasses,
    frontFirst: true,
    riskBefore: new Map(),
    now: Date.now(),
  });
  const endedAt = performance.now();
  return {
    clips: order.length,
    totalMs: endedAt - startedAt,
    parseMs: parsedAt - startedAt,
    planMs: endedAt - parsedAt,
  };
}

/** The new clips as the ledger would give them back. */
function orderables(plan: ReconcilePlan): Orderable[] {
  return plan.inserts.map((clip: NewClip, index) => ({
    id: index,
    captureId: Math.floor(index / 2),
    kind: clip.kind,
    channel: clip.channel,
    container: clip.file.container,
    locked: clip.file.locked,
    rank: null,
    startedAt: clip.placed.at,
    volume: clip.file.volume,
  }));
}

/** Writes the listing into a seeded database, then compares it with that again; milliseconds of each. */
export async function reconcileTimes(configDir: string, merged: Listing): Promise<number[]> {
  const db = await openDatabase({ configDir, now: new Date() });
  try {
    const reconciler = new Reconciler({
      db,
      clips: new ClipRepository(),
      times: new ZonedTimes(zone),
      clock: systemClock,
      fetchPhotos: () => false,
    });
    const times: number[] = [];
    for (let run = 0; run < 4; run++) {
      const startedAt = performance.now();
      await reconciler.reconcile(1, merged, 'stopped', everything);
      times.push(performance.now() - startedAt);
    }
    return times;
  } finally {
    await db.destroy();
  }
}
