import type { Translation } from '../text/text.ts';
import type { en } from './texts.en.ts';

export const de: Translation<typeof en> = {
  damaged: 'Beschädigt',
  beingRepaired: 'Beschädigt, wird repariert',
  repaired: 'Repariert',
  ofChannels: '{{channels}} {{health}}',

  photoOf: 'Foto der Kamera {{channel}}, {{day}}, {{time}}',
  photoOfSome: 'Foto einer Kamera, {{day}}, {{time}}',
  show: '{{channel}} zeigen, {{time}}',
  play: '{{channel}} abspielen, {{time}}',
  showFrom: '{{channel}} zeigen, {{time}}, ab {{from}}',
  playFrom: '{{channel}} abspielen, {{time}}, ab {{from}}',
  notAskedFor: 'Es konnte nicht angefordert werden',

  original: 'Original',
  smallCopy: 'Kleine Kopie',
  isTransportStream: 'Browser können TS-Dateien nicht abspielen.',
  isHevc: 'Dieser Browser kann kein Video in H.265 (HEVC) abspielen.',
  isOtherFormat: 'Dieser Browser kann das Format dieser Aufnahme nicht abspielen.',
  isDamaged: 'Die Datei selbst ist beschädigt.',
  hasFailed:
    'Dieser Browser konnte die Datei selbst nicht abspielen: Er kennt ihr Format nicht, oder sie war nicht lesbar.',

  copyUnknown: 'Laden Sie sie herunter, um sie in einem Videoprogramm abzuspielen.',
  copyWaits:
    'Eine kleine Kopie, die hier spielt, wird gemacht. Sie beginnt von selbst, sobald sie fertig ist.',
  copyWouldPlay: 'Eine kleine Kopie davon würde hier spielen.',
  makeCopy: 'Kleine Kopie machen',
  copyNotPlayed: 'Auch die kleine Kopie ließ sich nicht abspielen.',
  copyFailed: 'Eine kleine Kopie davon ließ sich nicht machen.',
  again: 'Erneut versuchen',
};
