import type { Translation } from '../text/text.ts';
import type { en } from './texts.en.ts';

export const de: Translation<typeof en> = {
  name: 'Gehen, tun, finden',
  placeholder: 'Eine Seite, ein Befehl, eine Einstellung, Zeit oder Ort',
  nothing: 'Nichts heißt so. Auch eine Zeit wie 14. Aug 17:32 oder ein Ort geht.',
  whenAndWhere: 'Zeiten und Orte',
  pages: 'Seiten',
  deeds: 'Tun',
  settings: 'Einstellungen',

  lookNow: 'Jetzt nach der Kamera sehen',
  lookNowWords: 'laden herunterladen suchen',
  pause: 'Laden anhalten',
  pauseWords: 'pause stopp',
  resume: 'Weiter laden',
  resumeWords: 'fortsetzen start',
  scan: 'Ordner des Archivs durchsehen',
  scanWords: 'scan dateien index',
  backup: 'Datenbank jetzt sichern',
  backupWords: 'sicherung kopie',
  lookingNow: 'Nach der Kamera wird gesehen.',
  paused: 'Das Laden ist angehalten.',
  resumed: 'Das Laden geht weiter.',
  scanning: 'Die Ordner werden durchgesehen.',
  backedUp: 'Die Datenbank ist gesichert.',
  notDone: 'Das ging nicht',
};
