import type { Translation } from '../text/text.ts';
import type { en } from './texts.en.ts';

export const de: Translation<typeof en> = {
  notFetched: 'Diese Seite konnte nicht geladen werden',
  notFetchedHelp: 'Der Server war kurz weg, oder er wurde inzwischen aktualisiert.',
  loadAnew: 'Neu laden',
  language: 'Sprache',

  phase_looking: 'Startet',
  phase_moving: 'Dateien werden an ihren Platz gebracht',
  phase_copying: 'Zuerst wird eine Kopie gemacht',
  phase_adopting: 'Übernahme aus der früheren Version',
  phase_upgrading: 'Datenbank wird aktualisiert',
  phase_restoring: 'Sicherung wird zurückgespielt',
  phase_rebuilding: 'Datenbank wird neu aufgebaut',
  phase_opening: 'Datenbank wird geöffnet',
  phase_attention: 'Eine Entscheidung ist nötig',
  phase_ready: 'Startet',
  soFar: 'Bisher {{length}}',
  goesOn: 'Diese Seite geht von selbst weiter.',
  connecting: 'Verbindet',
  silent: 'Der Server antwortet nicht; neuer Versuch läuft.',

  choiceNothing: 'Nichts geschieht, bevor Sie es bestätigt haben.',
  choiceQuestion: '{{choice}}?',
  back: 'Zurück',
  code: 'Code',
  codeMissing: 'Bitte den Code aus dem Protokoll des Programms eingeben.',
  codeWhere: 'Er steht im Protokoll des Programms: docker logs viofosync, oder das Terminal, in dem es läuft',

  locked: 'Das Passwort ist nicht lesbar',
  lockedHelp:
    'Diese Installation war eingerichtet, aber ihr Passwort ist nicht mehr lesbar. Aufnahmen und Einstellungen sind unverändert. Ein neues Passwort wird dort gesetzt, wo das Programm läuft:',
  lockedGoesOn: 'Sobald es gesetzt ist, geht diese Seite von selbst weiter.',
  inContainer: 'In einem Container',
  otherwise: 'Sonst',

  logIn: 'Anmelden',
  password: 'Passwort',
  passwordMissing: 'Bitte das Passwort eingeben.',
  passwordShort: 'Ein Passwort braucht mindestens {{count}} Zeichen.',
  passwordLong: 'Ein Passwort hat höchstens 1024 Zeichen.',
  wasOpen: 'Sie sind abgemeldet. Nach der Anmeldung geht es dort weiter, wo Sie waren.',
  hasEnded:
    'Ihre Sitzung ist zu Ende: Sie wurde auf einem anderen Gerät beendet, das Passwort wurde geändert, oder sie war lange unbenutzt. Nach der Anmeldung geht es dort weiter, wo Sie waren; was Sie eingegeben haben, ist noch da.',
  noCookie:
    'Das Passwort stimmt, aber der Browser hat die Sitzung nicht behalten. Bitte Cookies für diese Adresse erlauben und neu anmelden.',
  showTyped: 'Eingabe zeigen',
  logOutFailed: 'Die Abmeldung ist nicht gelungen',

  setUpHint:
    'Oder <to>durch die Einrichtung gehen</to>: Kamera, Speicher, Zeitzone, wie lange Aufnahmen bleiben, und ein Passwort.',
  begin: 'viofosync einrichten',
  beginHelp:
    'Ein paar Fragen, etwa drei Minuten. Der Code, den das Programm beim Start in sein Protokoll geschrieben hat, zeigt, dass diese Installation Ihnen gehört.',
  codePlace: 'Das Terminal oder das Dienstprotokoll, in dem es läuft',
  codeOwn: 'Wenn VIOFOSYNC_SETUP_CODE gesetzt ist, gilt dieser.',
  beginButton: 'Beginnen',
  beginNoCookie:
    'Der Code stimmt, aber der Browser hat ihn nicht behalten. Bitte Cookies für diese Adresse erlauben und den Code neu eingeben.',
};
