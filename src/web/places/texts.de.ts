import type { Translation } from '../text/text.ts';
import type { en } from './texts.en.ts';

export const de: Translation<typeof en> = {
  thePlaces: 'Die Orte',
  mapOfPlaces: 'Karte der Orte',
  add: 'Ort hinzufügen',
  yourPlaces: 'Ihre Orte',
  around: '{{radius}} im Umkreis. {{stops}}',
  change: 'Ändern',
  oftenHere: 'Hier wird oft gehalten',
  oftenLegend: 'Auf der Karte: Kreise mit gestricheltem Rand. Antippen, um einen zu benennen.',
  nameIt: 'Benennen',
  noPlaces: 'Noch hat kein Ort einen Namen',
  noPlacesWhy:
    'Auf die Karte drücken oder auf „Ort hinzufügen“. Fahrten heißen dann „Zuhause nach Arbeit“, und an einem Ort können Parkaufnahmen auf der Speicherkarte bleiben.',

  newPlace: 'Neuer Ort',
  name: 'Name',
  nameSuch: 'Zuhause, Arbeit, der Hafen',
  isHome: 'Das ist zu Hause',
  isHomeMeans: 'Wo das Auto wohnt. Karte und Fahrten zeigen es so.',
  skipParked: 'Parkaufnahmen auf der Speicherkarte lassen',
  skipParkedMeans:
    'Was hier im Parken aufgenommen wird, wird nicht geholt, und die Kamera überschreibt es mit der Zeit. Gesperrte Aufnahmen und Ereignisse werden trotzdem geholt, ebenso das Ende der Fahrt hierher. Was im Archiv ist, bleibt.',
  isHidden: 'Beim Teilen verbergen',
  isHiddenMeans:
    'Was im Kreis liegt, wird aus allem Geteilten herausgeschnitten, damit niemand sieht, wo das ist.',
  forget: 'Vergessen',
  cancel: 'Abbrechen',
  save: 'Speichern',
  size: 'Größe des Kreises',
  metres_one: '{{count, number}} Meter',
  metres_other: '{{count, number}} Meter',
  radius: 'Meter von der Mitte bis zum Rand',
  pressToMove: 'Auf die Karte drücken, um den Kreis zu versetzen.',
  toMiddle: 'In die Mitte der Karte',

  home: 'Zuhause',
  homePerhaps: 'Zuhause?',
  oftenHereShort: 'Oft hier',
  near: 'Bei {{name}}',
  nameless: 'Irgendwo ohne Namen',
  perhapsHome: '{{where}}, vielleicht zu Hause',
  staysOnCard: 'Parkaufnahmen bleiben auf der Speicherkarte',
  hidden: 'Beim Teilen verborgen',
  noStop: 'Noch kein Halt hier',
  stops_one: '{{count, number}}\u00a0Halt',
  stops_other: '{{count, number}}\u00a0Halte',
  stopsLast: '{{stops}}, zuletzt {{time}}',
  stopsParked: '{{stops}}, geparkt insgesamt {{parked}}, zuletzt {{time}}',

  saved: '{{name}} ist gespeichert',
  forgotten: '{{name}} ist vergessen',
  notBack: 'Der Ort konnte nicht zurückgeholt werden',
  notForgotten: 'Der Ort konnte nicht vergessen werden',
};
