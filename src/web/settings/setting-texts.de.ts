import type { SettingTextKey } from './setting-texts.ts';

export const de: Record<SettingTextKey, string> = {
  'layout.title': 'Ordner des Archivs',
  'layout.help':
    'Neue Aufnahmen kommen in einen Ordner je Tag, Woche (nach ihrem Montag), Monat oder Jahr, oder alle in einen. Was schon abgelegt ist, bleibt, wo es ist, bis es verschoben wird (Speicher).',
  'zone.title': 'Zeitzone',
  'zone.help':
    'In der die Uhren der Kameras gelesen werden, zum Beispiel Europe/London. Leer: die Zone, mit der das Programm gestartet wurde (TZ). Aufnahmen, die schon hier sind, behalten ihre Zeiten.',
  'keepFreeGb.title': 'Auf der Platte frei lassen',
  'keepFreeGb.help':
    'Das Laden wartet, wenn auf dem Laufwerk der Aufnahmen weniger übrig bliebe, und geht von selbst weiter.',
  'pollSeconds.title': 'Nach der Kamera sehen alle',
  'pollSeconds.help':
    'Wie oft nach einer abwesenden Kamera gesehen wird. Eine kurze Zeit bemerkt ein ankommendes Auto eher.',
  'fetchPhotos.title': 'Auch Fotos laden',
  'fetchPhotos.help': 'Fotos auf der Speicherkarte werden gelistet, aber ohne dies dort gelassen.',
  'downloadOrder.title': 'Reihenfolge beim Laden',
  'downloadOrder.help':
    'Was zuerst kommt, wenn ein Besuch kurz ist. Was Sie verlangen, kommt vor allem anderen. Was abgeschaltet ist, kommt mit früheren Fahrten.',
  'frontFirst.title': 'Vordere Kamera zuerst',
  'frontFirst.help': 'Von jeder Fahrt kommen alle Aufnahmen der vorderen Kamera vor denen der anderen.',
  'fetchMaxAgeDays.title': 'Nichts laden, was älter ist als',
  'fetchMaxAgeDays.help':
    'Ältere Aufnahmen bleiben auf der Speicherkarte, außer sie sind gesperrt oder Sie verlangen sie. 0 bedeutet keine Grenze.',
  'deleteAfterDownload.title': 'Nach dem Laden auf der Kamera löschen',
  'deleteAfterDownload.help':
    'Jede Aufnahme wird auf der Speicherkarte gelöscht, sobald ihre Kopie hier geprüft ist und sicher auf der Platte liegt. Nie behaltene. Es gilt für Aufnahmen, die von da an geladen werden.',
  'deleteLockedAfterDownload.title': 'Auch gesperrte Aufnahmen löschen',
  'deleteLockedAfterDownload.help':
    'Nur zusammen mit der Einstellung darüber. Gesperrte Aufnahmen bleiben sonst auf der Speicherkarte.',
  'retentionDays.title': 'Aufnahmen behalten für',
  'retentionDays.help':
    'Ältere werden gelöscht, zuerst in den Papierkorb. Behaltene und gesperrte nicht. 0 bedeutet keine Grenze.',
  'retentionRules.title': 'Eigene Regeln',
  'retentionRules.help':
    'Für Aufnahmen einer Art, eines Kanals oder einer Kamera: so viele Tage, oder für immer. Es entscheidet die Regel, die am meisten nennt.',
  'retentionWhole.title': 'Gemeinsam löschen',
  'retentionWhole.help':
    'Entweder gehen die Kanäle eines Augenblicks gemeinsam, oder ganze Fahrten, sobald ihre letzte Aufnahme fällig ist.',
  'protectLocked.title': 'Gesperrte Aufnahmen nie löschen',
  'protectLocked.help':
    'Aufnahmen, die Sie oder ein Aufprall auf der Kamera gesperrt haben, bleiben, wie alt sie auch sind.',
  'retentionDiskPct.title': 'Die ältesten löschen, wenn die Platte voller ist als',
  'retentionDiskPct.help': 'Vom ganzen Laufwerk der Aufnahmen, wer auch immer es belegt. 0 bedeutet nie.',
  'quotaGib.title': 'Die ältesten löschen, wenn das Archiv größer ist als',
  'quotaGib.help':
    'Für ein Archiv in einer eigenen Freigabe. Alles im Ordner der Aufnahmen zählt, außer einem Papierkorb des NAS. 0 bedeutet nie.',
  'retentionFloorDays.title': 'Was auch geschieht, lasse die letzten',
  'retentionFloorDays.help': 'Keine Regel löscht je jüngere Aufnahmen, auch wenn die Platte voll ist.',
  'retentionFloorGb.title': 'Was auch geschieht, lasse mindestens',
  'retentionFloorGb.help':
    'Keine Regel macht das Archiv je kleiner, auch wenn andere Daten die Platte füllen.',
  'retentionMaxSharePct.title': 'Fragen, bevor mehr gelöscht wird als',
  'retentionMaxSharePct.help':
    'Vom Archiv an einem Tag. Eine falsche Uhr oder ein Versehen in den Regeln kostet dann eine Frage, nicht die Aufnahmen.',
  'trashHours.title': 'Gelöschtes im Papierkorb lassen für',
  'trashHours.help':
    'Bis dahin lässt es sich zurückholen. Wird Platz gebraucht, geht der Papierkorb zuerst. 0 bedeutet kein Papierkorb.',
  'diskCriticalPct.title': 'Das Laden anhalten, wenn die Platte voller ist als',
  'diskCriticalPct.help': 'Es geht von selbst weiter, wenn wieder Platz ist. 0 bedeutet nie.',
  'checkDays.title': 'Jede Datei wieder lesen innerhalb von',
  'checkDays.help':
    'Findet Dateien, die eine Platte still verdorben hat. Das ganze Archiv wird langsam gelesen; Platten schlafen dabei nicht. 0 bedeutet nie.',
  'importFolder.title': 'Ordner zum Importieren',
  'importFolder.help':
    'Auf dieser Maschine, zum Beispiel dort, wo eine Speicherkarte eingehängt ist. Leer ist der Ordner import im Ordner der Aufnahmen.',
  'makePictures.title': 'Vorschaubilder im Voraus machen',
  'makePictures.help': 'Im Hintergrund, die neuesten zuerst. Aus: nur von dem, was angesehen wird.',
  'makeFilmstrips.title': 'Filmstreifen im Voraus machen',
  'makeFilmstrips.help':
    'Die Bilder, die unter dem Zeiger vorbeiziehen. Aus: nur von dem, was angesehen wird.',
  'proxies.title': 'Kleine Kopien für Browser',
  'proxies.help':
    'Von Aufnahmen, die Browser nicht abspielen können oder die für ein Telefon zu groß sind. Auto: von den neuesten Fahrten, von Behaltenem und von Geöffnetem; auf Wunsch: nur von dem, wofür Sie es verlangen.',
  'cacheGb.title': 'Platz für Bilder und kleine Kopien',
  'cacheGb.help':
    'Im Ordner der Konfiguration. Was am längsten nicht angesehen wurde, geht zuerst; alles lässt sich wieder machen.',
  'hardwareEncoding.title': 'Den Grafikchip benutzen',
  'hardwareEncoding.help':
    'Für kleine Kopien, wo eine Probe gelang; was sie ergab, steht auf der Seite Zustand.',
  'writeGpx.title': 'Neben jede Aufnahme eine GPX-Datei schreiben',
  'writeGpx.help':
    'Andere Programme lesen daraus, wo das Auto war. Was hier gezeigt wird, braucht sie nicht.',
  'triage.title': 'Spuren vor den Aufnahmen von der Speicherkarte lesen',
  'triage.help':
    'Fahrten sind Minuten nach der Heimkehr auf der Karte, mit dem, was noch fehlt. Aus entfernt, was so gelesen wurde.',
  'distanceUnits.title': 'Entfernungen und Tempo in',
  'distanceUnits.help': 'Kilometer und km/h, oder Meilen und mph.',
  'stopSeconds.title': 'Ein Halt dauert mindestens',
  'stopSeconds.help': 'Kürzeres Stehen, wie an Ampeln, gehört zur Fahrt.',
  'stopRadiusM.title': 'Stehen heißt innerhalb von',
  'stopRadiusM.help': 'Wie weit die Positionen eines stehenden Autos wandern dürfen.',
  'departureSeconds.title': 'Ein Halt endet nach Bewegung von',
  'departureSeconds.help': 'Kürzere Bewegungen, wie auf einen anderen Parkplatz, gehören zum Halt.',
  'sessionGapSeconds.title': 'Eine neue Fahrt beginnt ohne Aufnahme nach',
  'sessionGapSeconds.help': 'Ohne Positionen dazwischen weiß niemand, was das Auto tat.',
  'journeyMinMetres.title': 'Eine Fahrt ist mindestens lang',
  'journeyMinMetres.help': 'Was kürzer ist, gehört zum Halt.',
  'journeyPaddingSeconds.title': 'Vor und nach einer Fahrt zeigen',
  'journeyPaddingSeconds.help':
    'Aufnahmen bis zu dieser Zeit davor und danach gehören zu ihr, aber nie über Parkaufnahmen hinaus.',
  'mapSource.title': 'Karte',
  'mapSource.help':
    'Ohne Kartenserver verlässt nichts dieses Haus: Spuren liegen auf einem Umriss der Welt. Ein Kartenserver erfährt, welche Orte Sie ansehen.',
  'mapUrl.title': 'Adresse der Karte',
  'mapUrl.help':
    'Vektor: ein Stil, ein TileJSON oder eine .pmtiles-Datei. Bilder: eine Adresse mit {z}, {x} und {y}.',
  'mapAttribution.title': 'Nennung auf der Karte',
  'mapAttribution.help':
    'Wer die Karte macht, möchte genannt werden, zum Beispiel © OpenStreetMap contributors.',
  'geocoder.title': 'Straßennamen von',
  'geocoder.help':
    'Ein Server wird nach dem Namen gefragt, wo eine Fahrt beginnt und endet, und erfährt diese Orte. Aus: Ihre eigenen Orte und die Namen von Städten, die dem Programm beiliegen.',
  'geocoderUrl.title': 'Adresse dieses Servers',
  'geocoderUrl.help': 'Leer für den öffentlichen, oder die eines eigenen.',
  'geocoderLanguage.title': 'Sprache der Namen',
  'geocoderLanguage.help': 'Zum Beispiel en oder de; leer ist die Sprache des Ortes selbst.',
  'geocoderContact.title': 'Ihre E-Mail-Adresse für diesen Server',
  'geocoderContact.help':
    'Der öffentliche bittet darum, damit er Ihnen schreiben kann, statt Sie zu sperren.',
  'webHost.title': 'Adresse, an der die Seite antwortet',
  'webHost.help':
    'Eine IP-Adresse oder ein Name dieser Maschine. Leer lassen, außer die Seite soll nur an einer von mehreren antworten.',
  'webPort.title': 'Port',
  'webPort.help':
    'An diesem Port ist die Seite zu finden. In einem Container muss der veröffentlichte Port zu ihm führen.',
  'allowedHosts.title': 'Namen, auf die sie antwortet',
  'allowedHosts.help':
    'Nur für Namen des Internets, wie hinter einem Reverse Proxy: zum Beispiel cam.example.com. IP-Adressen, Namen ohne Punkt und Namen des Heimnetzes (nas.local) brauchen keinen Eintrag.',
  'logLevel.title': 'Was das Protokoll sagt',
  'logLevel.help':
    'Gewöhnlich alles bis zu den Hinweisen. Debug dient der Fehlersuche: Es sagt mehr von jedem Schritt. Wirkt sofort.',
};
