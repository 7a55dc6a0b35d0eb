/** The public server of map pictures; its own rules name this address and this credit. */
export const openStreetMap = {
  url: 'https://tile.openstreetmap.org/{z}/{x}/{y}.png',
  credit: '© OpenStreetMap contributors',
} as const;
