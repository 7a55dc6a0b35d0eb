import type { RequestRecord } from '../simulator/request-log.ts';
import { median, milliseconds, quantile, sum, type Figures } from './report.ts';

/** What the camera saw of a visit. */
export interface Timeline {
  /** First request for a listing, and for a file: milliseconds since 1970. */
  firstListingAt: number;
  firstMediaAt: number;
  /** From the end of one file transfer to the next file request. */
  gapsMs: number[];
  listingRequests: number;
  /** Time in which a listing was being answered. */
  listingMs: number;
  requests: number;
  mediaRequests: number;
  /** Body bytes of file transfers. */
  mediaBytes: number;
  /** From each file request to the end of its answer, all of them together. */
  sendingMs: number;
}

export function timelineOf(requests: readonly RequestRecord[]): Timeline {
  const listings = requests.filter((request) => request.kind === 'listing');
  const media = requests.filter((request) => request.kind === 'file' && request.method === 'GET');
  const gapsMs = media.slice(1).map((request, index) => {
    const before = media[index];
    return request.startedAt - (before?.endedAt ?? request.startedAt);
  });
  return {
    firstListingAt: listings[0]?.startedAt ?? Number.NaN,
    firstMediaAt: media[0]?.startedAt ?? Number.NaN,
    gapsMs,
    listingRequests: listings.length,
    listingMs: sum(listings.map((request) => (request.endedAt ?? request.startedAt) - request.startedAt)),
    requests: requests.length,
    mediaRequests: media.length,
    mediaBytes: sum(media.map((request) => request.bytesSent)),
    sendingMs: sum(media.map((request) => (request.endedAt ?? request.startedAt) - request.startedAt)),
  };
}

/** Where the time between two transfers goes. */
export function tellTimeline(figures: Figures, timeline: Timeline, clips: number): void {
  const { gapsMs } = timeline;
  const values = { medianMs: median(gapsMs), p95Ms: quantile(gapsMs, 0.95), mostMs: Math.max(0, ...gapsMs) };
  figures.info({
    what: 'from the end of a transfer to the next request: median, p95, most',
    measured: `${values.medianMs}, ${values.p95Ms}, ${milliseconds(values.mostMs)}`,
    values,
  });
  figures.info({
    what: 'camera requests for each clip (all kinds; of these, for files)',
    measured: `${(timeline.requests / clips).toFixed(2)} (${(timeline.mediaRequests / clips).toFixed(2)})`,
    values: { requests: timeline.requests, mediaRequests: timeline.mediaRequests },
  });
  figures.info({
    what: 'listing requests, and the time they took',
    measured: `${timeline.listingRequests}, ${milliseconds(timeline.listingMs)}`,
    values: { listingRequests: timeline.listingRequests, listingMs: timeline.listingMs },
  });
}
