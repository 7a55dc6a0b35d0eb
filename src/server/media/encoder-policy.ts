import type { Encoder } from '../../shared/media.ts';

/** By what is tried first; the one that needs nothing is the last. */
export const encoderOrder = ['nvenc', 'vaapi', 'qsv', 'v4l2m2m', 'software'] as const satisfies Encoder[];

/** What of this machine encoders need. */
export interface EncoderDevices {
  /** Devices of graphics chips, in `/dev/dri`. */
  renderNodes: { path: string; gid: number; isOpenable: boolean }[];
  /** Devices of video, `/dev/video*`. */
  videoNodes: string[];
}

/** How a test of an encoder ended. */
export interface EncoderTrial {
  stderr: string;
  isOver: 'good' | 'failed' | 'late';
}

const names: Record<Encoder, string> = {
  software: 'libx264',
  vaapi: 'h264_vaapi',
  qsv: 'h264_qsv',
  nvenc: 'h264_nvenc',
  v4l2m2m: 'h264_v4l2m2m',
};

/** The device an encoder works with; null when it needs none, or there is none. */
export const deviceOf = (devices: EncoderDevices): string | null =>
  devices.renderNodes.find((node) => node.isOpenable)?.path ?? null;

/** What keeps an encoder from working before anything is tried; null when it may work. */
export function lackOf(encoder: Encoder, devices: EncoderDevices): string | null {
  if (encoder === 'v4l2m2m' && devices.videoNodes.length === 0)
    return 'There is no video device (/dev/video*) here. Only some small boards have one that encodes; in a container it has to be passed on.';
  if (encoder !== 'vaapi' && encoder !== 'qsv') return null;
  const [node] = devices.renderNodes;
  if (!node)
    return 'There is no graphics chip (/dev/dri) here. In a container it has to be passed on; in compose.yaml: devices: ["/dev/dri:/dev/dri"].';
  if (deviceOf(devices) !== null) return null;
  return `${node.path} may not be opened. The user this runs as has to be in the group number ${node.gid}; in compose.yaml: group_add: ["${node.gid}"].`;
}

/** What ffmpeg says, and what it means; the first that fits. */
const meanings: { encoder?: Encoder; said: RegExp; means: string }[] = [
  {
    encoder: 'nvenc',
    said: /minimum required nvidia driver|required nvenc API version/i,
    means: 'The NVIDIA driver is too old for this ffmpeg: install a newer driver.',
  },
  {
    encoder: 'nvenc',
    said: /cannot load lib(cuda|nvidia-encode)|libcuda|CUDA_ERROR_NO_DEVICE|no capable devices|cuInit/i,
    means:
      'There is no NVIDIA card or driver here. A container needs the NVIDIA container toolkit, with the capability "video".',
  },
  {
    encoder: 'nvenc',
    said: /OpenEncodeSessionEx failed/i,
    means: 'The NVIDIA card has no room for another encoding: it has too little memory, or too much to do.',
  },
  {
    said: /no usable encoding (profile|entrypoint)|encoding entrypoint not found|profile .* not supported/i,
    means: 'This graphics chip, or its driver, cannot encode H.264.',
  },
  {
    encoder: 'vaapi',
    said: /no va display|failed to initialise va|vaInitialize|va_openDriver|libva error|device creation failed/i,
    means:
      'The driver of the graphics chip is missing where ffmpeg runs: intel-media-va-driver (Intel) or mesa-va-drivers (AMD).',
  },
  {
    encoder: 'qsv',
    said: /MFX|libvpl|oneVPL|device creation failed|no va display|failed to initialise va/i,
    means: 'Quick Sync does not answer: its driver (intel-media-va-driver) or its library is missing.',
  },
  {
    encoder: 'v4l2m2m',
    said: /could not find a valid device|can't configure encoder/i,
    means: 'None of the devices /dev/video* encodes H.264.',
  },
];

/** Null when the test went well; else what is wrong and what can be done, for somebody who runs a NAS. */
export function explainTrial(
  encoder: Encoder,
  { stderr, isOver }: EncoderTrial,
  lastWords: (stderr: string) => string,
): string | null {
  if (isOver === 'good') return null;
  if (/unknown encoder/i.test(stderr)) return `This ffmpeg was built without ${names[encoder]}.`;
  if (isOver === 'late') return 'A test of two seconds of film was not done within half a minute.';
  const meaning = meanings.find((one) => (one.encoder ?? encoder) === encoder && one.said.test(stderr));
  if (meaning) return meaning.means;
  const said = lastWords(stderr);
  return said === '' ? 'The test failed, and ffmpeg does not say why.' : `The test failed: ${said}`;
}

/** The encoder to use: the first that works, of those that may be used; null when none does. */
export function chooseEncoder(working: ReadonlySet<Encoder>, options: { hardware: boolean }): Encoder | null {
  return encoderOrder.find((one) => working.has(one) && (options.hardware || one === 'software')) ?? null;
}
