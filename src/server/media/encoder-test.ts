import { constants } from 'node:fs';
import { access, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Events } from '../../shared/events.ts';
import type { Encoder, MediaStatus } from '../../shared/media.ts';
import type { Settings } from '../../shared/settings.ts';
import { messageOf } from '../lib/errors.ts';
import type { EventBus } from '../lib/event-bus.ts';
import type { Component } from '../lib/lifecycle.ts';
import type { Logger } from '../lib/logger.ts';
import { runProcess } from '../lib/run-process.ts';
import { unlessAborted } from '../lib/unless-aborted.ts';
import {
  chooseEncoder,
  deviceOf,
  encoderOrder,
  explainTrial,
  lackOf,
  type EncoderDevices,
  type EncoderTrial,
} from './encoder-policy.ts';
import { ffmpegArgs, lastWords } from './ffmpeg-policy.ts';
import type { Artifacts } from './media-types.ts';
import { proxyArgs, sampleArgs, sampleEncoders } from './proxy-args-plan.ts';

export interface EncoderTestDeps {
  ffmpegPath: string;
  /** Whether ffmpeg was found. */
  isThere: () => boolean;
  /** Where test films may lie for a moment. */
  draft: Artifacts['draft'];
  settings: () => Pick<Settings, 'hardwareEncoding'>;
  events: EventBus<Events>;
  log: Logger;
  /** Where devices are looked for; `/dev` but for tests. */
  devRoot?: string;
}

/** What a test found: null for one that works, else what is wrong with it. */
type Findings = ReadonlyMap<Encoder, string | null>;

export interface ChosenEncoder {
  encoder: Encoder;
  device: string | null;
}

const trialMs = 30_000;
const trialThreads = 2;
/** So many clips one after the other that only software could do, and the chip is left alone until the next test. */
const mostFailures = 3;

/**
 * Which encoders work here, by having each make the small copy of a film of two seconds. Nothing is run before somebody
 * needs or wants to know.
 */
export class EncoderTest implements Component {
  private readonly deps: EncoderTestDeps;
  private readonly abort = new AbortController();
  private devices: EncoderDevices = { renderNodes: [], videoNodes: [] };
  private found: Findings | null = null;
  private testing: Promise<void> | null = null;
  private failures = 0;

  constructor(deps: EncoderTestDeps) {
    this.deps = deps;
  }

  async stop(): Promise<void> {
    this.abort.abort();
    await this.testing;
  }

  /** What is known now, for somebody who looks: the test begins if there was none. */
  view = (): Pick<MediaStatus, 'encoders' | 'encoder'> => {
    this.begin();
    return this.status;
  };

  /** What is known now; touches nothing. Empty while nothing was tested. */
  get status(): Pick<MediaStatus, 'encoders' | 'encoder'> {
    const { found } = this;
    if (!found) return { encoders: [], encoder: null };
    const encoders = encoderOrder.map((encoder) => {
      const message = found.get(encoder) ?? null;
      return { encoder, works: message === null, message };
    });
    return { encoders, encoder: this.chosen(found) };
  }

  /** Begins the test if there was none; `media.changed` tells that it is done. */
  begin(): void {
    if (this.found || this.abort.signal.aborted || !this.deps.isThere()) return;
    this.testing ??= this.test();
  }

  /** Everything is tested anew: the chip, its driver or ffmpeg may have changed. */
  again(): void {
    this.found = null;
    this.failures = 0;
    this.begin();
  }

  /** The encoder to use, after the test where there was none; null when none works. Throws the signal's reason. */
  async choose(signal: AbortSignal): Promise<ChosenEncoder | null> {
    this.begin();
    if (this.testing) await unlessAborted(this.testing, signal);
    const encoder = this.found && this.chosen(this.found);
    return encoder && { encoder, device: deviceOf(this.devices) };
  }

  /** A clip came out of this encoder, or did not and came out of software. */
  note(encoder: Encoder, isGood: boolean): void {
    if (encoder === 'software') return;
    this.failures = isGood ? 0 : this.failures + 1;
    if (this.failures < mostFailures || !this.found) return;
    this.failures = 0;
    const message = `It worked in the test, and then failed with ${mostFailures} clips in a row.`;
    this.found = new Map([...this.found, [encoder, message]]);
    this.deps.log.warn({ encoder }, 'an encoder is not used any more');
    this.deps.events.emit('media.changed', {});
  }

  private chosen(found: Findings): Encoder | null {
    const working = new Set(encoderOrder.filter((encoder) => found.get(encoder) === null));
    return chooseEncoder(working, { hardware: this.deps.settings().hardwareEncoding });
  }

  private async test(): Promise<void> {
    const { log, events } = this.deps;
    try {
      this.devices = await findDevices(this.deps.devRoot ?? '/dev');
      const found = await this.tryAll();
      if (!this.abort.signal.aborted) this.found = found;
    } catch (error) {
      if (!this.abort.signal.aborted) log.warn({ reason: messageOf(error) }, 'encoders could not be tested');
    } finally {
      this.testing = null;
    }
    // Who hears it looks: told after a test that could not be made, there would be another, and so on.
    if (!this.found) return;
    log.info({ encoder: this.chosen(this.found) }, 'encoders were tested');
    events.emit('media.changed', {});
  }

  private async tryAll(): Promise<Findings> {
    const sample = await this.deps.draft('proxy', 'mp4');
    const findings = new Map<Encoder, string | null>();
    try {
      const made = await this.makeSample(sample);
      for (const encoder of encoderOrder) {
        const lack = lackOf(encoder, this.devices);
        findings.set(encoder, lack ?? (made === null ? await this.tryOne(encoder, sample) : made));
      }
      return findings;
    } finally {
      await rm(sample, { force: true });
    }
  }

  /** Null, or why there is nothing to try encoders with. */
  private async makeSample(output: string): Promise<string | null> {
    let trial: EncoderTrial = { stderr: '', isOver: 'failed' };
    for (const encoder of sampleEncoders) {
      trial = await this.ffmpeg(sampleArgs(encoder, output));
      if (trial.isOver === 'good') return null;
    }
    return explainTrial('software', trial, lastWords);
  }

  private async tryOne(encoder: Encoder, input: string): Promise<string | null> {
    const output = await this.deps.draft('proxy', 'mp4');
    try {
      const device = deviceOf(this.devices);
      const trial = await this.ffmpeg(proxyArgs({ encoder, input, output, device, fps: 30 }));
      return explainTrial(encoder, trial, lastWords);
    } finally {
      await rm(output, { force: true });
    }
  }

  /** Throws when it cannot be started at all, or when all of it ends. */
  private async ffmpeg(args: string[]): Promise<EncoderTrial> {
    const { signal } = this.abort;
    const late = AbortSignal.timeout(trialMs);
    try {
      const all = ffmpegArgs(args, trialThreads);
      const { exitCode, stderrTail } = await runProcess(this.deps.ffmpegPath, all, {
        signal: AbortSignal.any([signal, late]),
        timeoutMs: 2 * trialMs,
      });
      return { stderr: stderrTail, isOver: exitCode === 0 ? 'good' : 'failed' };
    } catch (error) {
      if (signal.aborted || !late.aborted) throw error;
      return { stderr: '', isOver: 'late' };
    }
  }
}

async function findDevices(root: string): Promise<EncoderDevices> {
  const chips = await namesIn(join(root, 'dri'));
  const renderNodes = await Promise.all(
    chips
      .filter((name) => name.startsWith('renderD'))
      .map(async (name) => {
        const path = join(root, 'dri', name);
        const gid = await stat(path).then(
          (found) => found.gid,
          () => 0,
        );
        const isOpenable = await access(path, constants.R_OK | constants.W_OK).then(
          () => true,
          () => false,
        );
        return { path, gid, isOpenable };
      }),
  );
  const videoNodes = (await namesIn(root)).filter((name) => /^video\d+$/.test(name));
  return { renderNodes, videoNodes };
}

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).then(
    (names) => names.toSorted(),
    () => [],
  );
