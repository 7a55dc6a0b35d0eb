import { z } from 'zod';

/** What is made of a clip. A repair is a playable copy of one that was cut or broken. */
export const artifactKinds = ['thumbnail', 'filmstrip', 'proxy', 'repair'] as const;
export const artifactKindSchema = z.enum(artifactKinds);
export type ArtifactKind = z.infer<typeof artifactKindSchema>;

/** `none`: not there and not in line; `waiting`: in line; `failed`: tried, and why is said. */
export const artifactStateSchema = z.enum(['none', 'waiting', 'ready', 'failed']);
export type ArtifactState = z.infer<typeof artifactStateSchema>;

const size = z.number().int();

/** Tiles of one picture, row by row: frame `i` shows the clip at `i * intervalMs`. */
export const filmstripSchema = z.object({
  frames: size,
  columns: size,
  tileWidth: size,
  tileHeight: size,
  intervalMs: size,
});
export type Filmstrip = z.infer<typeof filmstripSchema>;

/** `damaged`: cut or broken, and not repaired (yet: `repairWaits`). */
export const clipHealthSchema = z.enum(['whole', 'damaged', 'repaired', 'unknown']);
export type ClipHealth = z.infer<typeof clipHealthSchema>;

/** What a page needs to show and to play one archived clip. */
export const clipMediaSchema = z.object({
  /** Of the file's bytes: part of each address, so that a browser may keep what it got for ever. */
  version: z.string(),
  /** `avc1.640033,mp4a.40.2`: what a browser is asked about (RFC 6381); null while nobody has looked. */
  codecs: z.string().nullable(),
  audioCodec: z.string().nullable(),
  fps: z.number().nullable(),
  /** A picture can be had at once: ours, or the one the camera put into the file. */
  hasPicture: z.boolean(),
  thumbnail: artifactStateSchema,
  filmstrip: artifactStateSchema,
  /** Where the tiles are, once the filmstrip is ready. */
  strip: filmstripSchema.nullable(),
  proxy: artifactStateSchema,
  proxyBytes: size.nullable(),
  health: clipHealthSchema,
  repairWaits: z.boolean(),
  /** What is wrong with it, or what the repair could not bring back, in words. */
  healthNote: z.string().nullable(),
});
export type ClipMedia = z.infer<typeof clipMediaSchema>;

export const pictureSizes = ['tile', 'large'] as const;
export const encoders = ['software', 'vaapi', 'qsv', 'nvenc', 'v4l2m2m'] as const;
export const encoderSchema = z.enum(encoders);
export type Encoder = z.infer<typeof encoderSchema>;

/** What makes pictures and proxies, and what it is at. */
export const mediaStatusSchema = z.object({
  /** `paused`: downloads or a player come first; `off`: ffmpeg is missing. */
  state: z.enum(['idle', 'working', 'paused', 'off']),
  /** Why it is paused or off, in words. */
  message: z.string().nullable(),
  current: z.object({ clipId: size, name: z.string(), kind: artifactKindSchema }).nullable(),
  /** Clips whose facts are to be read, pictures or proxies to be made, repairs to be tried. */
  waiting: z.object({ facts: size, pictures: size, proxies: size, repairs: size }),
  failed: size,
  failures: z.array(
    z.object({
      clipId: size,
      name: z.string(),
      kind: artifactKindSchema,
      error: z.string(),
      /** Null: not tried again by itself. */
      nextAt: size.nullable(),
    }),
  ),
  cache: z.object({
    bytes: z.number(),
    budgetBytes: z.number(),
    thumbnails: size,
    filmstrips: size,
    proxies: size,
  }),
  encoders: z.array(
    z.object({
      encoder: encoderSchema,
      works: z.boolean(),
      /** Why not, and what to do: for a person who runs a NAS. */
      message: z.string().nullable(),
    }),
  ),
  encoder: encoderSchema.nullable(),
});
export type MediaStatus = z.infer<typeof mediaStatusSchema>;
