import type { AccessState } from '../../shared/startup.ts';

/**
 * What somebody must be allowed to do for an operation to answer. `public`: nothing; `set_up`: to set this installation
 * up; `use`: to use the app. Roles will divide the last: who may only look has fewer of them.
 */
export const capabilities = ['public', 'set_up', 'use'] as const;
export type Capability = (typeof capabilities)[number];

const everything: ReadonlySet<Capability> = new Set(capabilities);
const nothing: ReadonlySet<Capability> = new Set<Capability>(['public']);
const settingUp: ReadonlySet<Capability> = new Set<Capability>(['public', 'set_up']);

/** What whoever is at this point may do. Of the users there is only the owner yet, who may do everything. */
export function capabilitiesOf(access: AccessState): ReadonlySet<Capability> {
  switch (access) {
    case 'open':
    case 'signed_in':
      return everything;
    case 'setting_up':
      return settingUp;
    case 'set_up':
    case 'log_in':
    case 'locked':
      return nothing;
  }
}

/**
 * By which names the program may be called now. `loopback`: nothing stands before what is private; `any`: whoever sets
 * it up may not know yet by which names it is found; `known`: those that belong to it.
 */
export function namesFor(access: AccessState): 'loopback' | 'known' | 'any' {
  switch (access) {
    case 'open':
      return 'loopback';
    case 'set_up':
    case 'setting_up':
      return 'any';
    case 'log_in':
    case 'signed_in':
    case 'locked':
      return 'known';
  }
}
