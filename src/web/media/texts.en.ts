/** What is said of pictures of clips, of their health, and of the forms in which a clip is played. */
export const en = {
  damaged: 'Damaged',
  beingRepaired: 'Damaged, being repaired',
  repaired: 'Repaired',
  ofChannels: '{{channels}} {{health}}',

  photoOf: 'Photo of the {{channel}} camera, {{day}}, {{time}}',
  photoOfSome: 'Photo of a camera, {{day}}, {{time}}',
  show: 'Show {{channel}}, {{time}}',
  play: 'Play {{channel}}, {{time}}',
  showFrom: 'Show {{channel}}, {{time}}, from {{from}}',
  playFrom: 'Play {{channel}}, {{time}}, from {{from}}',
  notAskedFor: 'It could not be asked for',

  original: 'Original',
  smallCopy: 'Small copy',
  isTransportStream: 'Browsers cannot play TS files.',
  isHevc: 'This browser cannot play H.265 (HEVC) video.',
  isOtherFormat: 'This browser cannot play the format of this clip.',
  isDamaged: 'The file itself is damaged.',
  hasFailed:
    'This browser could not play the file itself: it cannot read its format, or the file could not be read.',

  copyUnknown: 'Download it to play it in a video player.',
  copyWaits: 'A small copy that plays here is being made. It begins by itself as soon as it is ready.',
  copyWouldPlay: 'A small copy of it would play here.',
  makeCopy: 'Make a small copy',
  copyNotPlayed: 'Its small copy could not be played either.',
  copyFailed: 'A small copy of it could not be made.',
  again: 'Try again',
} as const;
