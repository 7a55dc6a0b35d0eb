import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathOf, type CardEntry } from '../simulator/card.ts';
import type { ClipRow } from '../src/server/db/schema.ts';
import { archiveFiles } from './invariants.ts';
import type { SoakCamera } from './soak-camera.ts';
import type { TestApp } from './test-app.ts';

/** The archive against everything that ever was on the cards. All lists are empty when nothing went wrong. */
export interface SoakVerdict {
  /** Clips that ever were on a card. */
  clips: number;
  archived: number;
  archivedBytes: number;
  /** On the card and not archived, or gone from it and neither archived nor lost: nobody knows of them any more. */
  missing: string[];
  /** Gone from the card before they were here, and said to be so; never listed counts as well. */
  lost: string[];
  /** Archived more than once. */
  twice: string[];
  /** A file whose bytes are not those that its row tells. */
  wrongBytes: string[];
  /** Archived and never on a card. */
  strangers: string[];
  /** Rows in a state that they could not stay in. */
  unsettled: string[];
  partFiles: string[];
  partRows: number;
  maxConcurrent: number;
  violations: string[];
  sentBytes: number;
  /** Clips that left their camera whole again and again. */
  fetchedOverAndOver: string[];
  /** Errors of the log. */
  errors: unknown[];
}

/** What the camera has handed to the network need not have been taken: a few faults may each cost a whole clip. */
const mostWholes = 10;

export async function judgeSoak(
  test: TestApp,
  cameras: readonly SoakCamera[],
  errors: unknown[],
): Promise<SoakVerdict> {
  const rows = await test.app.db.selectFrom('clip').selectAll().execute();
  const archived = rows.filter((row) => row.state === 'archived');
  const truth = await truthOf(cameras);
  const fates = truth.map((clip) => ({ clip, fate: fateOf(clip, rows) }));
  const named = (wanted: Fate) => fates.filter(({ fate }) => fate === wanted).map(({ clip }) => clip.label);
  const known = new Set(truth.map(({ cameraId, sha256 }) => `${cameraId} ${sha256}`));
  const files = await archiveFiles(test.recordings);
  const lost = new Set(rows.filter((row) => row.state === 'lost').map((row) => row.name));
  return {
    clips: truth.length,
    archived: named('archived').length,
    archivedBytes: archived.reduce((sum, row) => sum + (row.size_bytes ?? 0), 0),
    missing: named('missing'),
    lost: named('lost'),
    twice: named('twice'),
    wrongBytes: await wrongFiles(test.recordings, archived),
    strangers: archived.filter((row) => !known.has(`${row.camera_id} ${row.sha256}`)).map(told),
    unsettled: rows.filter((row) => !isSettled(row)).map(told),
    // What had arrived of a clip that was lost may be all there is of it: that stays.
    partFiles: files.filter((path) => path.endsWith('.part') && !lost.has(clipNameOf(path))),
    partRows: (await test.app.db.selectFrom('part').selectAll().execute()).length,
    maxConcurrent: Math.max(...cameras.map((camera) => camera.maxConcurrent)),
    violations: cameras.flatMap(({ camera }) => camera.violations.map(({ target }) => target)),
    sentBytes: cameras.reduce((sum, camera) => sum + camera.sentBytes, 0),
    fetchedOverAndOver: cameras.flatMap(({ wholes }) =>
      [...wholes].filter(([, times]) => times > mostWholes).map(([name, times]) => `${name}: ${times} times`),
    ),
    errors,
  };
}

/** `2026-06-28/X~2.MP4.part` is a part of `X.MP4`. */
const clipNameOf = (path: string) => basename(path, '.part').replace(/~\d+(?=\.\w+$)/, '');

interface TrueClip {
  cameraId: number;
  entry: CardEntry;
  sha256: string;
  isOnCard: boolean;
  label: string;
}

async function truthOf(cameras: readonly SoakCamera[]): Promise<TrueClip[]> {
  const clips: TrueClip[] = [];
  for (const [index, { camera, everything }] of cameras.entries()) {
    const onCard = new Set(camera.card.entries);
    for (const entry of everything) {
      const sha256 = await sha256Of(entry.source.read(0, entry.source.sizeBytes));
      const label = `camera ${index + 1} ${pathOf(entry)}`;
      clips.push({ cameraId: index + 1, entry, sha256, isOnCard: onCard.has(entry), label });
    }
  }
  return clips;
}

type Fate = 'archived' | 'twice' | 'lost' | 'missing';

/** Rows are found by their bytes: a name may come again with others. */
function fateOf({ cameraId, entry, sha256, isOnCard }: TrueClip, rows: readonly ClipRow[]): Fate {
  const ofCamera = rows.filter((row) => row.camera_id === cameraId);
  const copies = ofCamera.filter((row) => row.state === 'archived' && row.sha256 === sha256);
  if (copies.length > 0) return copies.length === 1 ? 'archived' : 'twice';
  if (isOnCard) return 'missing';
  const sameName = ofCamera.filter((row) => row.name === entry.name);
  const isTold = sameName.length === 0 || sameName.some((row) => row.state === 'lost');
  return isTold ? 'lost' : 'missing';
}

const isSettled = (row: ClipRow) =>
  row.state === 'archived' ||
  row.state === 'lost' ||
  (row.state === 'skipped' && row.state_reason === 'duplicate');

const told = (row: ClipRow) =>
  `camera ${row.camera_id} ${row.name} (generation ${row.generation}) ${row.state} ${row.state_reason ?? ''} ${row.last_error ?? ''}`;

async function wrongFiles(recordings: string, archived: readonly ClipRow[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const row of archived) {
    const hash = await sha256Of(createReadStream(join(recordings, row.path ?? ''))).catch(String);
    if (hash !== row.sha256) wrong.push(told(row));
  }
  return wrong;
}

async function sha256Of(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(bytes, hash);
  return hash.digest('hex');
}
