import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

/**
 * Names this run of the machine: what was written but not fsynced in it is still in its page cache, what was left by
 * an earlier run may be holes. Where the kernel does not tell, the time of boot to the minute serves.
 */
export function readBootId(now: number): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `${hostname()}-${Math.round((now / 1000 - uptime()) / 60)}`;
  }
}
