import { pathOf } from './card.ts';
import type { CardEntry, VirtualCard } from './card.ts';
import type { Device } from './device.ts';
import { statusCode } from './xml.ts';

/** 4003: only the native form `A:\DCIM\...` is understood (camera.md 1.8). Returns the status. */
export function deleteByNativePath(device: Device, str: string | null): number {
  const native = /^([A-Z]):(\\.+)$/i.exec(str ?? '');
  const [, drive = '', backslashed = ''] = native ?? [];
  const card = cardOfDrive(device, drive.toUpperCase());
  if (card === undefined) return noted(device, str ?? '', statusCode.fileError);
  const entry = card.find(backslashed.replaceAll('\\', '/'));
  if (entry === undefined) return noted(device, str ?? '', statusCode.noFile);
  return noted(device, pathOf(entry), remove(device, card, entry));
}

function cardOfDrive(device: Device, drive: string): VirtualCard | undefined {
  return [device.card, device.microSd].find((card) => card.drive === drive);
}

function remove(device: Device, card: VirtualCard, entry: CardEntry): number {
  const { deletion } = device.faults.current;
  if (deletion === 'refuses') return statusCode.deleteFailed;
  if (entry.locked && device.options.lockedDelete === 'refuses') return statusCode.locked;
  if (entry.recording !== null) return statusCode.deleteFailed;
  if (deletion !== 'pretends') card.remove(pathOf(entry));
  return statusCode.ok;
}

function noted(device: Device, path: string, status: number): number {
  device.deletions.push({ path, by: '4003', status });
  return status;
}

/** The Remove link of the HTML listing: deletes at once, locked or not (camera.md 1.6, 1.8). */
export function deleteByLink(device: Device, path: string, target: string): boolean {
  device.violations.push({ reason: 'delete-link', cmd: null, target });
  const removed = device.card.remove(path);
  device.deletions.push({ path, by: 'del-link', status: removed ? statusCode.ok : statusCode.noFile });
  return removed;
}
