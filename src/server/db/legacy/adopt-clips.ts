import { Temporal } from 'temporal-polyfill';
import { ZonedTimes } from '../../lib/zones.ts';
import { compiler } from '../compiler.ts';
import type { Adoption } from './adoption.ts';
import { withoutIndexes } from './bulk-indexes.ts';
import type { LocalTimes } from './clip-plan.ts';
import { ClipWriter } from './clip-writer.ts';
import { largestId, planName, type NamePlan } from './name-plan.ts';
import { lastSegment } from './place-policy.ts';
import { all, run } from './statements.ts';
import { isMarked } from './value-policy.ts';

const rowsPerReport = 5000;

/** Takes over the index of the archive and the download queue. `isFork`: only the public fork writes such rows. */
export function adoptClips(adoption: Adoption): { isFork: boolean } {
  const { sqlite, reader, options, report } = adoption;
  const rows = reader.count('clip_index') + reader.count('download_queue');
  const restoreIndexes = withoutIndexes(sqlite, 'clip');
  const writer = new ClipWriter(sqlite, {
    cameraId,
    capacity: rows,
    lastId: Math.min(reader.highestId('clip_index'), largestId),
  });
  const total = rows * 2;
  const loosePins = new Set<string>();
  const facts = { isFork: false };
  let done = 0;
  let told = 0;
  for (const name of planned(adoption)) {
    for (const planned of name.clips) {
      writer.add(planned);
      report.countClip(planned.clip);
      facts.isFork ||= planned.clip.state_reason === 'retention' && planned.clip.state === 'skipped';
    }
    for (const { table, id, ...why } of name.aside) report.asideById(table, id, why);
    for (const pin of name.loosePins) loosePins.add(pin);
    done += name.rows;
    if (done - told >= rowsPerReport) {
      told = done;
      options.onProgress({ done, total, what: 'clips' });
    }
  }
  setUncountableAside(adoption, loosePins);
  writer.finish((clips) =>
    options.onProgress({ done: rows + Math.min(clips, rows), total, what: 'captures' }),
  );
  report.count('clips asked for first', writer.wished);
  restoreIndexes();
  if (writer.count > 0 || options.camera) insertCamera(adoption);
  pinLoose(adoption, loosePins);
  options.onProgress({ done: total, total, what: 'days' });
  return facts;
}

/** The only one there can be. */
const cameraId = 1;

function* planned({ reader, roots, options }: Adoption): Generator<NamePlan & { rows: number }> {
  const context = { roots, times: localTimes(options.zone), now: options.now };
  for (const name of reader.names()) {
    const rows = name.index.length + (name.queue ? 1 : 0);
    yield { ...planName(name, context), rows };
  }
}

function localTimes(zone: string): LocalTimes {
  const zoned = new ZonedTimes(zone);
  return {
    place: (localStart) => zoned.place(localStart),
    localOf: (at) => {
      const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
      const localStart = there.toPlainDateTime().toString({ smallestUnit: 'second' });
      return { localStart, offsetMinutes: Math.round(there.offsetNanoseconds / 60e9) };
    },
  };
}

function setUncountableAside({ reader, report }: Adoption, loosePins: Set<string>): void {
  for (const [table, nameOf] of [
    ['clip_index', (row: Record<string, unknown>) => lastSegment(row['path'])],
    ['download_queue', (row: Record<string, unknown>) => lastSegment(row['filename'])],
  ] as const) {
    for (const row of reader.uncountable(table)) {
      report.aside(table, row, { id: String(row['id']), reason: 'its number makes no sense' });
      const name = nameOf(row);
      if (isMarked(row['locked']) && name !== null) loosePins.add(name);
    }
  }
}

function insertCamera({ sqlite, options, report }: Adoption): void {
  const { camera, now } = options;
  const address = camera?.address ?? '';
  const row = {
    id: cameraId,
    name: 'Dashcam',
    address,
    alternative_address: camera?.alternativeAddress ?? null,
    archive_folder: '',
    enabled: address === '' ? 0 : 1,
    created_at: now,
  } as const;
  run(sqlite, compiler.insertInto('camera').values(row).compile());
  if (address === '') report.warnings.push('no camera had been set up: give the camera its address');
}

/** A pin in a row that became no clip goes to the clip of that name. */
function pinLoose({ sqlite, options, report }: Adoption, names: ReadonlySet<string>): void {
  let homeless = 0;
  for (const name of names) {
    const clips = compiler
      .selectFrom('clip')
      .select(['id', 'kept', 'state'])
      .where('camera_id', '=', cameraId)
      .where('name', '=', name);
    const found = all(sqlite, clips.compile());
    if (found.length === 0) homeless++;
    for (const { id, state } of found.filter((clip) => clip.kept === 0)) {
      const pin = compiler
        .updateTable('clip')
        .set({ kept: 1, kept_at: options.now, ...(state === 'archived' && { sidecar_due: 1 }) })
        .where('id', '=', id);
      run(sqlite, pin.compile());
      report.count('kept clips (pins)');
    }
  }
  if (homeless > 0) report.warnings.push(`${homeless} pins are of clips that are not known any more`);
}
