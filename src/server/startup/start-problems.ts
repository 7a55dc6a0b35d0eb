import type { ProblemReport } from '../health/problem-service.ts';

/** Of what the existing system's settings have for its camera. */
export const addressProblem: ProblemReport = {
  key: 'settings:ADDRESS',
  severity: 'warning',
  message: "The camera's address in the existing system's settings is none that can be used.",
  advice: 'Type it on the page Cameras.',
};

export const networkProblemKey = 'database:network';

export function networkProblem(networkType: string, configDir: string): ProblemReport {
  return {
    key: networkProblemKey,
    severity: 'warning',
    message: `The database lies on a network file system (${networkType}, ${configDir}). It works there more slowly and may be damaged when the network fails.`,
    advice: 'Put CONFIG_DIR on a disk of this machine; the recordings may stay where they are.',
  };
}

/** For who runs the program without its page, when a person has to decide. */
export const askingAdvice = {
  archive: 'Make sure that it is there and run this again; or start viofosync as a server and choose there.',
  database: 'Start viofosync as a server on this folder and choose on its page what to do.',
};
