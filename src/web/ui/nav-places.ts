import {
  IconCalendarWeek,
  IconDatabase,
  IconDeviceCctv,
  IconDownload,
  IconFileImport,
  IconHeartbeat,
  IconHome2,
  IconMap2,
  IconSettings,
} from '@tabler/icons-react';

/** The pages in their order, each with the key of its word; on a phone those after the fourth are under More. */
export const places = [
  { to: '/', word: 'home', Icon: IconHome2 },
  { to: '/archive', word: 'archive', Icon: IconCalendarWeek },
  { to: '/map', word: 'map', Icon: IconMap2 },
  { to: '/downloads', word: 'downloads', Icon: IconDownload },
  { to: '/import', word: 'import', Icon: IconFileImport },
  { to: '/cameras', word: 'cameras', Icon: IconDeviceCctv },
  { to: '/storage', word: 'storage', Icon: IconDatabase },
  { to: '/health', word: 'health', Icon: IconHeartbeat },
  { to: '/settings', word: 'settings', Icon: IconSettings },
] as const;

export const placesOnPhone = 4;
