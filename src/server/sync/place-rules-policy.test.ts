import { describe, expect, it } from 'vitest';
import { changeByPlace, judgeParked, type ParkedFacts, type PlacedClip } from './place-rules-policy.ts';

const minute = 60_000;
const hour = 60 * minute;
/** The car comes home at 0 and leaves ten hours later; it is long ago. */
const home: ParkedFacts = {
  stops: [{ from: 0, to: 10 * hour, isOpen: false, skips: true }],
  drives: [
    { from: -hour, to: 0, shownFrom: -hour - 2 * minute, shownTo: 2 * minute },
    { from: 10 * hour, to: 11 * hour, shownFrom: 10 * hour - 2 * minute, shownTo: 11 * hour },
  ],
  driven: [],
  parked: [],
  now: 100 * hour,
};
const driven = (...minutes: number[]) => minutes.map((at) => ({ at: at * minute, isPending: false }));
const judge = (at: number, kind: 'normal' | 'parking', facts: Partial<ParkedFacts> = {}) =>
  judgeParked({ at: at * minute, kind }, { ...home, ...facts });

describe('what was recorded while parked', () => {
  it('is skipped at a place that says so, for the whole stay over midnight, and nowhere else', () => {
    expect(judge(30, 'parking')).toBe('skip');
    expect(judge(9 * 60, 'parking')).toBe('skip');
    expect(judge(-30, 'normal')).toBe('wanted');
    expect(judge(10.5 * 60, 'normal')).toBe('wanted');
    expect(judge(30, 'parking', { stops: [{ ...home.stops[0]!, skips: false }] })).toBe('wanted');
    expect(judge(30, 'parking', { stops: [] })).toBe('wanted');
  });

  it('belongs to the journey within what is shown of it', () => {
    expect(judge(1, 'normal')).toBe('wanted');
    expect(judge(10 * 60 - 1, 'normal')).toBe('wanted');
  });

  it('is the tail of the drive while the camera records on for up to a quarter of an hour', () => {
    const facts = { driven: driven(3, 4, 5, 9, 14) };
    for (const at of [3, 4, 5, 9, 14]) expect(judge(at, 'normal', facts), `${at} min`).toBe('wanted');
    expect(judge(25, 'normal', { driven: driven(3, 4, 25) })).toBe('skip');
  });

  it('has a tail of at most a quarter of an hour when the camera never stops', () => {
    const facts = { driven: driven(...Array.from({ length: 60 }, (_, at) => at)) };
    expect(judge(14, 'normal', facts)).toBe('wanted');
    expect(judge(16, 'normal', facts)).toBe('skip');
    expect(judge(16, 'normal', { driven: driven(...Array.from({ length: 17 }, (_, at) => at)) })).toBe(
      'wanted',
    );
  });

  it('has no tail where the camera goes over to parking by itself, or no journey arrives', () => {
    expect(judge(3, 'normal', { driven: driven(3), parked: [15 * minute] })).toBe('skip');
    expect(judge(3, 'normal', { driven: driven(3), drives: [] })).toBe('skip');
  });

  it('is not decided while positions before it may still come, or its tail may still grow', () => {
    const pending = { driven: [{ at: -4 * minute, isPending: true }] };
    expect(judge(30, 'parking', pending)).toBe('undecided');
    expect(judge(30, 'parking', { driven: [{ at: -6 * minute, isPending: true }] })).toBe('skip');
    expect(judge(8, 'normal', { driven: driven(1, 8), now: 9 * minute })).toBe('undecided');
  });

  it('goes on behind the last that is known of an open stop, until something was driven', () => {
    const open = { stops: [{ from: 0, to: minute, isOpen: true, skips: true }], drives: [home.drives[0]!] };
    expect(judge(300, 'parking', open)).toBe('skip');
    expect(judge(300, 'parking', { ...open, driven: driven(120) })).toBe('wanted');
    expect(judge(300, 'normal', open)).toBe('wanted');
    expect(judge(300, 'parking', { ...open, stops: [{ ...open.stops[0]!, isOpen: false }] })).toBe('wanted');
  });
});

describe('a clip under a rule by place', () => {
  const clip: PlacedClip = {
    id: 1,
    camera_id: 1,
    capture_id: 1,
    local_day: '2026-06-28',
    started_at: 0,
    kind: 'parking',
    channel: 'front',
    container: 'mp4',
    state: 'waiting',
    state_reason: null,
    locked: 0,
    kept: 0,
    rank: null,
    place_released_at: null,
    remote_path: '/DCIM/a.MP4',
    remote_gone_at: null,
  };
  const skipped = { ...clip, state: 'skipped' as const, state_reason: 'place' as const };

  it('is skipped while it waits, and never when it is of worth, asked for, or let out by hand', () => {
    expect(changeByPlace(clip, 'skip')).toBe('skip');
    expect(changeByPlace({ ...clip, state: 'held', state_reason: 'connection' }, 'skip')).toBe('skip');
    const others: Partial<PlacedClip>[] = [
      { locked: 1 },
      { kept: 1 },
      { kind: 'event' },
      { rank: -1 },
      { place_released_at: 5 },
      { state: 'transferring' },
      { state: 'archived' },
      { state: 'held', state_reason: 'recording' },
    ];
    for (const other of others) expect(changeByPlace({ ...clip, ...other }, 'skip')).toBeNull();
    expect(changeByPlace(clip, 'undecided')).toBeNull();
  });

  it('is wanted again when it is no longer parked there, or turns out to be locked, and the card has it', () => {
    expect(changeByPlace(skipped, 'wanted')).toBe('want');
    expect(changeByPlace({ ...skipped, locked: 1 }, 'skip')).toBe('want');
    expect(changeByPlace(skipped, 'undecided')).toBeNull();
    expect(changeByPlace(skipped, 'skip')).toBeNull();
    expect(changeByPlace({ ...skipped, remote_gone_at: 1 }, 'wanted')).toBeNull();
    expect(changeByPlace({ ...skipped, state_reason: 'user' }, 'wanted')).toBeNull();
  });
});
