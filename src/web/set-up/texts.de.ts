import type { Translation } from '../text/text.ts';
import type { en } from './texts.en.ts';

export const de: Translation<typeof en> = {
  what: 'Die Einrichtung',
  step: 'Schritt {{number}} von {{of}}',
  steps: 'Schritte der Einrichtung',
  back: 'Zurück',
  next: 'Weiter',
  resumed: 'Es geht dort weiter, wo Sie waren.',
  takenOver: 'Was Ihre frühere Version hatte, ist schon eingetragen.',
  notKept:
    'Ihre Antworten konnten gerade nicht auf dem Server festgehalten werden; auf dieser Seite sind sie sicher.',

  title_camera: 'Wo ist die Kamera?',
  title_storage: 'Wo alles liegt',
  title_zone: 'Nach welcher Uhr geht die Kamera?',
  title_keep: 'Wie lange bleiben Aufnahmen?',
  title_outside: 'Was darf diese Maschine verlassen?',
  title_password: 'Ihr Passwort',
  short_camera: 'Kamera',
  short_storage: 'Speicher',
  short_zone: 'Zeitzone',
  short_keep: 'Dauer',
  short_outside: 'Privates',
  short_password: 'Passwort',

  cameraHelp:
    'Die Adresse, die die Dashcam im Heimnetz hat; der Router zeigt sie an. Sie wird sofort geprüft. Ist die Kamera mit dem Auto unterwegs, tragen Sie sie trotzdem ein, oder lassen Sie es für später.',
  address: 'Adresse',
  addressHelp: 'Ein Name oder eine IP-Adresse, falls nötig mit Port',
  tryOwnWifi: '{{address}} versuchen, ihre Adresse in ihrem eigenen WLAN',
  testAddress: 'Adresse prüfen',
  useAnyway: 'Trotzdem verwenden',
  later: 'Für später lassen',
  cameraName: 'Name',
  cameraNameHelp: 'So, wie Sie sie nennen; er lässt sich jederzeit ändern',

  storageHelp:
    'In beide Ordner wird zur Probe eine kleine Datei geschrieben und zurückgelesen. Sie müssen nicht darauf warten.',
  recordings: 'Aufnahmen',
  config: 'Konfiguration und Datenbank',
  checking: 'Wird geprüft',
  checkAgain: 'Noch einmal prüfen',
  checkFailed: 'Die Prüfung ging nicht: {{message}}',
  freeOf: '{{free}} von {{total}} sind frei.',
  freeFew: 'Nur {{free}} sind frei.',
  freeFewRecordings:
    'Eine Stunde Fahrt mit zwei Kanälen braucht etwa 20 GB. Ist alles voll, warten die Downloads.',
  freeFewConfig:
    'Hier liegen die Datenbank und die Bilder zu den Aufnahmen. Schaffen Sie Platz, oder wählen Sie eine andere Platte.',
  marked: 'Er ist als Archiv dieser Installation markiert.',
  writes: 'Schreiben geht, mit {{speed}}.',
  writesSlowly: 'Schreiben geht, aber nur mit {{speed}}.',
  writesSlowlyHelp:
    'Eine Kamera sendet über 5 GHz bis zu 30 MB/s. Das Holen dauert so lange, wie diese Platte braucht.',
  writesUnmeasured: 'Schreiben geht.',
  syncsSlowly: 'Eine kleine Änderung braucht {{ms}} ms, bis sie sicher ist.',
  syncsSlowlyHelp:
    'Die Seite wird langsam antworten, während Aufnahmen hereinkommen. Eine eigene Platte oder eine SSD hilft.',
  recordingsOnNetwork: 'Er liegt auf einer Netzfreigabe ({{type}}); für Aufnahmen ist das in Ordnung.',
  configOnNetwork: 'Er liegt auf einem Netzdateisystem ({{type}}).',
  configOnNetworkHelp:
    'Die Datenbank arbeitet dort langsamer und kann Schaden nehmen, wenn das Netz ausfällt. CONFIG_DIR gehört auf eine Platte dieser Maschine; die Aufnahmen können bleiben, wo sie sind.',
  configLocal: 'Er liegt auf einer Platte dieser Maschine.',
  sharedDisk: 'Es ist dieselbe Platte wie die der Aufnahmen.',
  sharedDiskHelp: 'Das geht: Die Downloads halten an, bevor sie voll ist.',
  otherDisk: 'Es ist eine andere Platte als die der Aufnahmen.',

  zoneHelp:
    'Kameras benennen ihre Aufnahmen nach ihrer eigenen Uhr. In welcher Zone ist sie gestellt? Meist ist es die, in der man wohnt.',
  zone: 'Zeitzone',
  zoneField: 'Zum Beispiel Europe/Berlin',
  zoneWrong: 'Das ist keine Zeitzone: Wählen Sie eine aus der Liste, etwa Europe/Berlin.',
  zoneNow: 'Dort ist es jetzt {{time}}.',
  zoneGiven: 'Das Programm wurde mit {{zone}} gestartet (TZ).',
  zoneBrowser: '{{zone}} verwenden, wie dieser Browser',

  keepHelp:
    'Aufnahmen, die Sie behalten, und solche, die Sie oder ein Aufprall in der Kamera gesperrt haben, bleiben immer. Gelöschte liegen zuerst einen Tag im Papierkorb.',
  keepHelpNoLock: 'Aufnahmen, die Sie behalten, bleiben immer.',
  keepDays: 'Aufnahmen löschen, die älter sind als',
  days: 'Tage',
  keepDisk: 'Die ältesten löschen, wenn die Platte voller ist als',
  percent: '%',
  keepSumAll:
    'Alles bleibt. Ist die Platte zu {{critical}} % voll, warten die Downloads, bis Sie Platz geschaffen haben.',
  keepSumAllNoLimit:
    'Alles bleibt. Ist die Platte voll, warten die Downloads, bis Sie Platz geschaffen haben.',
  keepSumDays_one: 'Aufnahmen bleiben einen Tag. Ist die Platte vorher fast voll, warten die Downloads.',
  keepSumDays_other:
    'Aufnahmen bleiben {{count, number}} Tage. Ist die Platte vorher fast voll, warten die Downloads.',
  keepSumDisk: 'Aufnahmen bleiben, solange Platz ist: Ab {{percent}} % gehen die ältesten.',
  keepSumBoth_one: 'Aufnahmen bleiben einen Tag, und kürzer, wenn die Platte voller ist als {{percent}} %.',
  keepSumBoth_other:
    'Aufnahmen bleiben {{count, number}} Tage, und kürzer, wenn die Platte voller ist als {{percent}} %.',

  outsideHelp:
    'Nichts, solange Sie es nicht hier oder später in den Einstellungen wählen. Fahrten, Halte und Zeiten brauchen keinen Server.',
  map: 'Unter den Spuren liegt',
  mapOutline: 'Ein Umriss der Welt',
  mapOutlineHelp: 'Er gehört zum Programm. Niemand erfährt etwas.',
  mapOsm: 'Die Karte von OpenStreetMap',
  mapOsmHelp:
    'Ihr Browser fragt tile.openstreetmap.org, von Freiwilligen betrieben, nach Bildern der Orte, die Sie ansehen. Der Server erfährt Ihre Adresse im Internet und diese Orte, meist also, wo Sie fahren. Spuren, Zeiten und Videos bekommt er nicht.',
  mapAsIs: 'Die Karte von {{server}}',
  mapAsIsHelp: 'Wie sie schon gewählt war. Wer diesen Server betreibt, erfährt, welche Orte Sie ansehen.',
  names: 'Namen von Straßen kommen von',
  namesOff: 'Niemandem',
  namesOffHelp: 'Städte und Ihre eigenen Orte haben trotzdem Namen. Niemand erfährt etwas.',
  namesNominatim: 'OpenStreetMap (Nominatim)',
  namesPhoton: 'Photon (Komoot)',
  namesHelp:
    'Dieses Programm sendet {{server}}, wo Fahrten beginnen und enden, jeden Ort einmal, auf etwa 11 Meter. Zeiten, Spuren und Videos sendet es nicht.',

  passwordHelp: 'Wer es hat, darf hier alles sehen und ändern. Damit ist die Einrichtung fertig.',
  newPassword: 'Passwort',
  passwordRule: 'Mindestens {{count}} Zeichen; ein paar Wörter merken sich leicht',
  finish: 'Fertig',
  newHost:
    'Sie haben diese Seite als {{host}} geöffnet. Der Name wird gemerkt, damit sie weiter auf ihn antwortet.',
  summary: 'Ihre Antworten',
  sumCamera: '{{name}} unter {{address}}',
  sumCameraLater: 'Kommt später dazu',
  sumOutside: '{{map}}; {{names}}',
  sumNamesOff: 'keine Namen von Straßen',
  sumNames: 'Namen von {{server}}',
  failed: 'Es konnte nicht abgeschlossen werden: {{message}}',
  notNow: 'Jetzt nicht',
};
