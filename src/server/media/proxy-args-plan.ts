import type { Encoder } from '../../shared/media.ts';

/** How the small copy of a clip is made: raised whenever the same clip would come out otherwise. */
export const proxyVersion = 1;

/** What lies in the cache of an earlier database is taken over when it is like this. */
export const proxyLike = { version: proxyVersion, formats: ['mp4'], detail: null } as const;

export interface ProxyArgs {
  encoder: Encoder;
  input: string;
  output: string;
  /** Of the graphics chip: `/dev/dri/renderD128`. */
  device: string | null;
  fps: number | null;
}

/** Lines of the picture; one that has fewer keeps them. */
const lines = 540;
const mostFps = 30;
const usualFps = 30;

interface Way {
  /** Before the input. */
  decode: string[];
  filter: string;
  encode: string;
}

/** Options that hold no places: those may have spaces. */
const words = (options: string): string[] => options.split(' ');

/**
 * The arguments of ffmpeg for the small copy of a clip: at most 540 lines, H.264 with AAC, a key frame each second, and
 * the tables first, so that it plays while it comes. It keeps the time of the original: a second in one is the same
 * second in the other. Nothing but picture and first sound is taken over, no positions and no names.
 */
export function proxyArgs(order: ProxyArgs): string[] {
  const { decode, filter, encode } = wayOf(order);
  return [
    ...decode,
    '-i',
    order.input,
    ...words('-map 0:v:0 -map 0:a:0? -vf'),
    filter,
    ...words(encode),
    ...words(`-g ${Math.round(frameRate(order.fps))} -force_key_frames expr:gte(t,n_forced)`),
    ...words('-c:a aac -b:a 64k -ac 1 -map_metadata -1 -map_chapters -1 -sn -dn'),
    ...words('-max_muxing_queue_size 4096 -movflags +faststart -f mp4'),
    order.output,
  ];
}

const frameRate = (fps: number | null): number => Math.min(Math.max(fps ?? usualFps, 1), mostFps);
const size = `w=-2:h=trunc(min(${lines}\\,ih)/2)*2`;
const chipRate = '-b:v 1000k -maxrate 1500k -bufsize 3000k -bf 0';

/** Of a time lapse each frame counts: only what has too many a second loses some. */
const slowed = (fps: number | null): string[] => ((fps ?? 0) > mostFps * 1.1 ? [`fps=${mostFps}`] : []);

const inMemory = (fps: number | null, format: string): string[] => [
  ...slowed(fps),
  `scale=${size}:flags=bilinear`,
  'setsar=1',
  `format=${format}`,
];

function wayOf({ encoder, device, fps }: ProxyArgs): Way {
  const filter = inMemory(fps, 'yuv420p').join(',');
  switch (encoder) {
    case 'software':
      return {
        decode: [],
        filter,
        encode:
          '-c:v libx264 -preset veryfast -crf 26 -profile:v main -level:v 3.1 -maxrate 1500k -bufsize 3000k',
      };
    case 'vaapi':
      return vaapiWay(device ?? '', fps);
    case 'qsv':
      return {
        decode: ['-init_hw_device', `qsv=chip:hw,child_device=${device ?? ''}`, '-filter_hw_device', 'chip'],
        filter: [...inMemory(fps, 'nv12'), 'hwupload=extra_hw_frames=32'].join(','),
        encode: `-c:v h264_qsv -preset veryfast -profile:v main ${chipRate}`,
      };
    case 'nvenc':
      return {
        decode: ['-hwaccel', 'cuda'],
        filter,
        encode: `-c:v h264_nvenc -profile:v main -forced-idr 1 ${chipRate}`,
      };
    case 'v4l2m2m':
      return { decode: [], filter, encode: '-c:v h264_v4l2m2m -b:v 1000k -num_capture_buffers 32' };
  }
}

/** The chip decodes, scales and encodes; what it cannot decode comes from memory, and is put into it. */
const vaapiWay = (device: string, fps: number | null): Way => ({
  decode: [
    '-init_hw_device',
    `vaapi=chip:${device}`,
    ...words('-filter_hw_device chip -hwaccel vaapi -hwaccel_device chip -hwaccel_output_format vaapi'),
  ],
  filter: [...slowed(fps), 'format=nv12|vaapi', 'hwupload', `scale_vaapi=${size}:format=nv12`].join(','),
  encode: `-c:v h264_vaapi -profile:v main ${chipRate}`,
});

/** A film of two seconds that each encoder is tried with, made by the first of these that this ffmpeg has. */
export const sampleEncoders = ['libx264', 'mpeg4'] as const;

export const sampleArgs = (encoder: string, output: string): string[] => [
  ...words('-f lavfi -i testsrc2=size=640x360:rate=30:duration=2 -f lavfi -i sine=frequency=440:duration=2'),
  ...words(`-c:v ${encoder} -pix_fmt yuv420p -c:a aac -shortest -f mp4`),
  output,
];
