/** Put in by the build from package.json. */
declare const VIOFOSYNC_VERSION: string | undefined;

export const version = typeof VIOFOSYNC_VERSION === 'undefined' ? 'dev' : VIOFOSYNC_VERSION;
