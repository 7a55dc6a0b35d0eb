import type { Channel } from '../clip-source.ts';

export const FRAMES_PER_SECOND = 15;
export const AUDIO_SAMPLE_RATE = 32_000;

/** ffmpeg's arguments for a picture that moves and tells the channels apart at a glance. */
export function pictureInput(channel: Channel, size: string): string[] {
  return ['-f', 'lavfi', '-i', pictureSource(channel, `size=${size}:rate=${FRAMES_PER_SECOND}`)];
}

function pictureSource(channel: Channel, options: string): string {
  const sources: Record<Channel, string> = {
    front: `testsrc2=${options}`,
    rear: `testsrc=${options}`,
    interior: `smptebars=${options},hue=H=t*PI/2`,
    tele: `mandelbrot=${options}`,
  };
  return sources[channel];
}

/** A filter that writes the channel's name on the picture, running to the right. */
export function pictureLabel(channel: Channel): string[] {
  const position = 'x=mod(t*80\\,w):y=h/12:fontsize=h/8';
  return [
    '-vf',
    `drawtext=text=${channel.toUpperCase()}:${position}:fontcolor=white:box=1:boxcolor=black@0.6`,
  ];
}

/** A hum whose pitch belongs to the channel; whole hertz, so a loop of whole seconds has no click. */
export function soundInput(channel: Channel): string[] {
  const hertz = { front: 220, rear: 277, interior: 330, tele: 440 }[channel];
  return ['-f', 'lavfi', '-i', `sine=frequency=${hertz}:sample_rate=${AUDIO_SAMPLE_RATE}`];
}
