import { describe, expect, it } from 'vitest';
import {
  aheadMs,
  creditAfter,
  firstCreditMs,
  likelyCost,
  rateOf,
  ReadRate,
  shareBeside,
  trackMs,
} from './triage-pace.ts';

const MB = 1_000_000;
const fullCard = 500 * 60 * MB;

describe('how much of a visit is for tracks', () => {
  it('goes by the rate of this visit, then of those before, then of what was read', () => {
    expect(rateOf({ visit: 2 * MB, usual: 20 * MB, read: 9 * MB })).toBe(2 * MB);
    expect(rateOf({ visit: null, usual: 20 * MB, read: 9 * MB })).toBe(20 * MB);
    expect(rateOf({ visit: null, usual: null, read: 9 * MB })).toBe(9 * MB);
    expect(rateOf({ visit: null, usual: null, read: null })).toBe(25 * MB);
    expect(rateOf({ visit: 1, usual: null, read: null })).toBe(100_000);
  });

  it.each([
    { rate: 1 * MB, least: 20 },
    { rate: 2 * MB, least: 35 },
    { rate: 3 * MB, least: 40 },
    { rate: 25 * MB, least: 75 },
  ])('is enough at $rate bytes a second for the newest $least clips of a full card at once', (given) => {
    const { rate, least } = given;
    const first = 'newest';
    expect(aheadMs({ waitingBytes: fullCard, first, rate }) / trackMs(likelyCost, rate)).toBeGreaterThan(
      least,
    );
  });

  it.each([500_000, MB, 2 * MB, 3 * MB, 10 * MB, 30 * MB])(
    'leaves nine tenths of any visit of two minutes or more to downloads at %i bytes a second',
    (rate) => {
      for (const minutes of [2, 5, 10, 60]) {
        const ms = minutes * 60_000;
        const taken =
          aheadMs({ waitingBytes: fullCard, first: 'newest', rate }) +
          firstCreditMs +
          ms * shareBeside({ first: 'newest', rate });
        expect(taken / ms).toBeLessThanOrEqual(0.1);
      }
    },
  );

  it('is a larger share of a slow camera, and never more than three hundredths', () => {
    const shares = [MB, 4 * MB, 30 * MB].map((rate) => shareBeside({ first: 'earlier', rate }));
    expect(shares).toEqual([0.03, 0.0225, 0.015]);
  });

  it('begins with a track beside the first download at one megabyte a second and more', () => {
    expect(trackMs({ requests: 1, bytes: 256 * 1024 }, MB)).toBeLessThan(firstCreditMs);
    expect(trackMs(likelyCost, 2 * MB)).toBeLessThan(firstCreditMs);
  });

  it('is nothing for what is urgent, and a sliver beside what the card keeps', () => {
    for (const first of ['asked', 'overwrite', 'locked', 'event'])
      expect(aheadMs({ waitingBytes: fullCard, first, rate: MB }), first).toBe(0);
    for (const first of ['asked', 'overwrite']) expect(shareBeside({ first, rate: MB }), first).toBe(0);
    for (const first of ['locked', 'event']) expect(shareBeside({ first, rate: MB }), first).toBe(0.005);
  });

  it('of a card that is soon fetched is little', () => {
    expect(aheadMs({ waitingBytes: MB, first: 'newest', rate: 25 * MB })).toBe(300);
    expect(aheadMs({ waitingBytes: 1350 * MB, first: 'newest', rate: 30 * MB })).toBe(675);
  });

  it('is saved up to ten seconds, which any track costs at the most', () => {
    expect(creditAfter(5, { share: 0.03, ms: 1000 })).toBe(35);
    expect(creditAfter(9990, { share: 0.03, ms: 60_000 })).toBe(10_000);
    expect(trackMs({ requests: 3, bytes: 12 * MB }, 500_000)).toBe(10_000);
  });
});

describe('the rate of what is read', () => {
  it('is that of the fastest of three large answers', () => {
    const read = new ReadRate();
    read.add(512, 0);
    read.add(200_000, 100);
    read.add(200_000, 400);
    expect(read.rate).toBeNull();
    read.add(200_000, 200);
    expect(read.rate).toBe(2_000_000);
  });
});
