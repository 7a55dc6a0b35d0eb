// Without this zod probes `new Function`, which a strict content security policy reports as a violation. Said where zod
// looks for it as it is loaded, not by its own `config`: it comes with the pages that check something, not before.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
