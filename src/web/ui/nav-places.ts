import {
  IconCalendarWeek,
  IconDatabase,
  IconDeviceCctv,
  IconDownload,
  IconHeartbeat,
  IconHome2,
  IconMap2,
  IconSettings,
} from '@tabler/icons-react';

/** The pages in their order; on a phone those after the fourth are under More. */
export const places = [
  { to: '/', word: 'Home', Icon: IconHome2 },
  { to: '/archive', word: 'Archive', Icon: IconCalendarWeek },
  { to: '/map', word: 'Map', Icon: IconMap2 },
  { to: '/downloads', word: 'Downloads', Icon: IconDownload },
  { to: '/cameras', word: 'Cameras', Icon: IconDeviceCctv },
  { to: '/storage', word: 'Storage', Icon: IconDatabase },
  { to: '/health', word: 'Health', Icon: IconHeartbeat },
  { to: '/settings', word: 'Settings', Icon: IconSettings },
] as const;

export const placesOnPhone = 4;
