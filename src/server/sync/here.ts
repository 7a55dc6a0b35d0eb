import type { Link } from './connector.ts';
import type { OpenVisit } from './visit-log.ts';

/** A camera within reach, and the visit in which it is. */
export type Here = Link & { visit: OpenVisit };
