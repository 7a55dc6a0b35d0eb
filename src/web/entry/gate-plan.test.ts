import { describe, expect, test } from 'vitest';
import { startupSchema, type Startup } from '../../shared/startup.ts';
import { ApiError } from '../api.ts';
import { askAgainMs, gateView, isKept, mustForget, type Closed } from './gate-plan.ts';

function startup(over: Partial<Startup>): Startup {
  return startupSchema.parse({
    phase: 'ready',
    message: '',
    progress: null,
    since: 0,
    now: 0,
    choices: [],
    needsCode: false,
    access: 'open',
    ...over,
  });
}

const away = new ApiError('unreachable', 'The server does not answer.');
const view = (over: Partial<Startup>, error: ApiError | null = null) =>
  gateView({ data: startup(over), error });

describe('the gate', () => {
  test.each([
    ['ready', 'open', 'app'],
    ['ready', 'signed_in', 'app'],
    ['ready', 'log_in', 'log_in'],
    ['ready', 'set_up', 'set_up'],
    ['ready', 'setting_up', 'setting_up'],
    ['ready', 'locked', 'locked'],
    ['ready', null, 'starting'],
    ['adopting', null, 'starting'],
    ['opening', 'signed_in', 'starting'],
    ['attention', null, 'attention'],
  ] as const)('in phase %s with access %s shows %s', (phase, access, kind) => {
    expect(view({ phase, access }).kind).toBe(kind);
  });
  test('says nothing before the first answer, and then that there is none', () => {
    expect(gateView({ data: undefined, error: null })).toEqual({ kind: 'asking' });
    expect(gateView({ data: undefined, error: away })).toEqual({
      kind: 'silent',
      silent: 'The server does not answer; trying again.',
    });
  });
  test('tells what something before the server answers in its stead', () => {
    const proxy = new ApiError('internal', 'The server answered with 502.');
    expect(gateView({ data: undefined, error: proxy })).toMatchObject({ silent: proxy.message });
  });
  test('stays open while the server is away', () => {
    expect(view({}, away).kind).toBe('app');
  });
  test('keeps the page on which somebody types while the server is away', () => {
    expect(view({ access: 'log_in' }, away)).toMatchObject({
      kind: 'log_in',
      silent: 'The server does not answer; trying again.',
    });
  });
});

test('the server is asked each second while it starts, rarely while somebody types, never once it is open', () => {
  expect(askAgainMs(gateView({ data: undefined, error: null }))).toBe(1_000);
  expect(askAgainMs(view({ phase: 'upgrading', access: null }))).toBe(1_000);
  expect(askAgainMs(view({ phase: 'attention', access: null }))).toBe(1_000);
  expect(askAgainMs(view({ access: 'log_in' }))).toBe(10_000);
  expect(askAgainMs(view({ access: 'locked' }))).toBe(10_000);
  expect(askAgainMs(view({}))).toBe(false);
});

describe('an app that was open', () => {
  const ended: Closed = { isWish: false, isLong: false };
  test.each<[string, Partial<Startup>, Closed, boolean]>([
    ['stays when its session ends', { access: 'log_in' }, ended, true],
    ['is gone some time later', { access: 'log_in' }, { ...ended, isLong: true }, false],
    ['stays while the server starts', { phase: 'upgrading', access: null }, { ...ended, isLong: true }, true],
    ['stays while it waits for a choice', { phase: 'attention', access: null }, ended, true],
    ['is gone when the reader logged out', { access: 'log_in' }, { ...ended, isWish: true }, false],
    ['is gone when nobody can come back', { access: 'set_up' }, ended, false],
    ['is gone when it is locked', { access: 'locked' }, ended, false],
  ])('%s, and what it had read with it', (_what, over, closed, isHere) => {
    expect(isKept(view(over), closed)).toBe(isHere);
    expect(mustForget(view(over), closed)).toBe(!isHere);
  });
  test('has nothing to forget while it is open', () => {
    expect(mustForget(view({}), null)).toBe(false);
    expect(mustForget(view({ access: 'log_in' }), null), 'and never was').toBe(true);
  });
});
