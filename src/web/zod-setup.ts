import { config } from 'zod';

// Without this zod probes `new Function`, which a strict content security policy reports as a violation.
config({ jitless: true });
