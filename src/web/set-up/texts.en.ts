/** The questions of a new installation. */
export const en = {
  what: 'The set-up',
  step: 'Step {{number}} of {{of}}',
  steps: 'Steps of the set-up',
  back: 'Back',
  next: 'Next',
  resumed: 'You go on where you were.',
  takenOver: 'What your earlier version had is filled in already.',
  notKept: 'Your answers could not be kept on the server just now; they are safe on this page.',

  title_camera: 'Where is your camera?',
  title_storage: 'Where things are kept',
  title_zone: 'Which clock does the camera follow?',
  title_keep: 'How long do recordings stay?',
  title_outside: 'What may leave this machine?',
  title_password: 'Your password',
  short_camera: 'Camera',
  short_storage: 'Storage',
  short_zone: 'Time zone',
  short_keep: 'Keeping',
  short_outside: 'Privacy',
  short_password: 'Password',

  cameraHelp:
    'Type the address that the dashcam has in your network; your router shows it. It is tried at once. When the camera is out with the car, type it all the same, or leave it for later.',
  address: 'Address',
  addressHelp: 'A host name or an IP address, with a port if it needs one',
  tryOwnWifi: 'Try {{address}}, its address in its own Wi-Fi',
  testAddress: 'Test this address',
  useAnyway: 'Use it all the same',
  later: 'Leave it for later',
  cameraName: 'Name',
  cameraNameHelp: 'As you call it; it can be changed at any time',

  storageHelp:
    'Both folders are tried by writing a small file and reading it back. You need not wait for it.',
  recordings: 'Recordings',
  config: 'Configuration and database',
  checking: 'Being tried',
  checkAgain: 'Try again',
  checkFailed: 'It could not be tried: {{message}}',
  freeOf: '{{free}} of {{total}} are free.',
  freeFew: 'Only {{free}} are free.',
  freeFewRecordings:
    'An hour of driving with two channels takes about 20 GB. When it is full, downloads wait.',
  freeFewConfig:
    'The database and the pictures made of recordings lie here. Make room, or choose another disk.',
  marked: 'It is marked as the archive of this installation.',
  writes: 'Writing works, at {{speed}}.',
  writesSlowly: 'Writing works, but at {{speed}} only.',
  writesSlowlyHelp: 'A camera sends up to 30 MB/s over 5 GHz. Fetching will take as long as this disk needs.',
  writesUnmeasured: 'Writing works.',
  syncsSlowly: 'A small change takes {{ms}} ms until it is safe.',
  syncsSlowlyHelp:
    'The page will be slow to answer while clips come in. A disk of its own, or an SSD, helps.',
  recordingsOnNetwork: 'It lies on a network share ({{type}}), which is fine for recordings.',
  configOnNetwork: 'It lies on a network file system ({{type}}).',
  configOnNetworkHelp:
    'The database works there more slowly, and may be damaged when the network fails. Put CONFIG_DIR on a disk of this machine; the recordings may stay where they are.',
  configLocal: 'It lies on a disk of this machine.',
  sharedDisk: 'It is the same disk as that of the recordings.',
  sharedDiskHelp: 'That works: downloads stop before it is full.',
  otherDisk: 'It is another disk than that of the recordings.',

  zoneHelp:
    'Cameras name their recordings by their own clock. In which zone did you set it? For most people that is where they live.',
  zone: 'Time zone',
  zoneField: 'For example Europe/London',
  zoneWrong: 'Not a time zone: choose one of the list, such as Europe/London.',
  zoneNow: 'There it is {{time}} now.',
  zoneGiven: 'The program was started with {{zone}} (TZ).',
  zoneBrowser: 'Use {{zone}}, as this browser has it',

  keepHelp:
    'Recordings that you keep, and those that you or a crash locked in the camera, always stay. Deleted ones lie in the trash for a day first.',
  keepHelpNoLock: 'Recordings that you keep always stay.',
  keepDays: 'Delete recordings that are older than',
  days: 'days',
  keepDisk: 'Delete the oldest when the disk is fuller than',
  percent: '%',
  keepSumAll:
    'Everything stays. When the disk is {{critical}} % full, downloads wait until you have made room.',
  keepSumAllNoLimit: 'Everything stays. When the disk is full, downloads wait until you have made room.',
  keepSumDays_one: 'Recordings stay for a day. When the disk is nearly full before that, downloads wait.',
  keepSumDays_other:
    'Recordings stay for {{count, number}} days. When the disk is nearly full before that, downloads wait.',
  keepSumDisk: 'Recordings stay as long as there is room: from {{percent}} % on, the oldest go.',
  keepSumBoth_one: 'Recordings stay for a day, and less long when the disk is fuller than {{percent}} %.',
  keepSumBoth_other:
    'Recordings stay for {{count, number}} days, and less long when the disk is fuller than {{percent}} %.',

  outsideHelp:
    'Nothing does, unless you choose it here or later in the settings. Journeys, stops and times need no server.',
  map: 'Under your tracks lies',
  mapOutline: 'An outline of the world',
  mapOutlineHelp: 'It is a part of the program. Nothing is sent to anybody.',
  mapOsm: 'The map of OpenStreetMap',
  mapOsmHelp:
    'Your browser asks tile.openstreetmap.org, run by volunteers, for pictures of the places you look at. It learns your address on the internet and these places, which are mostly those where you drive. It gets no tracks, times or videos.',
  mapAsIs: 'The map of {{server}}',
  mapAsIsHelp: 'As it was chosen before. Whoever runs that server learns which places you look at.',
  names: 'Names of streets come from',
  namesOff: 'Nobody',
  namesOffHelp: 'Towns and your own places have names all the same. Nothing is sent to anybody.',
  namesNominatim: 'OpenStreetMap (Nominatim)',
  namesPhoton: 'Photon (Komoot)',
  namesHelp:
    'This program sends {{server}} where journeys begin and end, each place once, to about 11 metres. It sends no times, tracks or videos.',

  passwordHelp: 'Whoever has it may see and change everything here. With it, the set-up is done.',
  newPassword: 'Password',
  passwordRule: 'At least {{count}} characters; a few words are easy to remember',
  finish: 'Finish',
  newHost: 'You opened this page as {{host}}. That name is remembered, so that it answers by it from now on.',
  summary: 'What was answered',
  sumCamera: '{{name}} at {{address}}',
  sumCameraLater: 'To be added later',
  sumOutside: '{{map}}; {{names}}',
  sumNamesOff: 'no names of streets',
  sumNames: 'names from {{server}}',
  failed: 'It could not be finished: {{message}}',
  notNow: 'Not now',
} as const;
