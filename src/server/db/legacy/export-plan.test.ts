import { expect, test } from 'vitest';
import { planExport } from './export-plan.ts';
import { exportColumns, type V2Export } from './v2-rows.ts';

const now = Date.UTC(2026, 8, 1);
const second = Date.UTC(2026, 0, 1) / 1000;
const roots = { current: '/recordings', former: '/data/rec' };
const blank = Object.fromEntries(Object.keys(exportColumns).map((key) => [key, null]));

const job = (row: Partial<V2Export> = {}): V2Export => ({
  ...(blank as unknown as V2Export),
  id: 12,
  type: 'join_front',
  clipIds: '[1,2]',
  state: 'done',
  outputPath: '/recordings/.exports/12.mp4',
  createdAt: second,
  ...row,
});

const plan = (row: Partial<V2Export> = {}) => planExport(job(row), roots, now);
const made = (row: Partial<V2Export>) => {
  const planned = plan(row);
  return 'row' in planned ? (JSON.parse(planned.row.plan) as unknown) : planned;
};

test('a finished export keeps its id, its file below the root and its times in milliseconds', () => {
  expect(
    plan({
      startedAt: second + 1,
      finishedAt: second + 2,
      clipStart: second - 100,
      clipEnd: second - 40,
      outputSize: 77,
      outputDurationS: 60.5,
    }),
  ).toEqual({
    unreadable: false,
    row: {
      id: 12,
      kind: 'join_front',
      state: 'done',
      plan: '{"type":"join_front","clipIds":[1,2]}',
      path: '.exports/12.mp4',
      size_bytes: 77,
      duration_ms: 60_500,
      from_at: (second - 100) * 1000,
      to_at: (second - 40) * 1000,
      error: null,
      created_at: second * 1000,
      started_at: (second + 1) * 1000,
      finished_at: (second + 2) * 1000,
      origin: 'adopted',
    },
  });
});

test.each([
  ['done', 'done'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
  ['queued', 'interrupted'],
  ['running', 'interrupted'],
  ['paused', 'interrupted'],
])('an export that is %s is %s', (state, expected) => {
  expect(plan({ state })).toMatchObject({ row: { state: expected } });
});

test('the file of an export is found where the recordings were before', () => {
  expect(plan({ outputPath: '/data/rec/.exports/12.mp4' })).toMatchObject({
    row: { path: '.exports/12.mp4' },
  });
});

test('what it was made of is kept in one form', () => {
  expect(made({ clipIds: '{"clip_ids":[3],"encoder":"vaapi"}' })).toEqual({
    type: 'join_front',
    clipIds: [3],
    encoder: 'vaapi',
  });
  const edl = { segments: [{ channel: 'front', start_ts: 1, end_ts: 2, pip: null }], encoder: 'auto' };
  expect(made({ type: 'timeline', clipIds: JSON.stringify(edl) })).toEqual({ type: 'timeline', edl });
  expect(made({ clipIds: '{"clip_ids":[3' })).toEqual({ type: 'join_front', text: '{"clip_ids":[3' });
  expect(plan({ clipIds: null })).toMatchObject({ unreadable: true });
});

test.each([
  [{ state: 'thinking' }, 'its state is not known'],
  [{ state: null }, 'its state is not known'],
  [{ outputPath: '/etc/passwd.mp4' }, 'its path is outside the recordings'],
  [{ id: -3 }, 'its number makes no sense'],
])('%j is kept aside', (row, aside) => {
  expect(plan(row)).toEqual({ aside });
});

test('without times or file an export that failed is still told', () => {
  const row = {
    state: 'failed',
    outputPath: '/elsewhere/12.mp4',
    createdAt: 'x',
    error: 'ffmpeg exit 1',
    type: null,
  };
  expect(plan(row)).toMatchObject({
    row: { path: null, created_at: now, error: 'ffmpeg exit 1', kind: 'unknown' },
  });
});
