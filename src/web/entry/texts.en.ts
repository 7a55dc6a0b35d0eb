/** The pages before the app: start, decision, log-in, code. */
export const en = {
  notFetched: 'This page could not be fetched',
  notFetchedHelp: 'The server was away for a moment, or it has been updated meanwhile.',
  loadAnew: 'Load anew',
  language: 'Language',

  phase_looking: 'Starting',
  phase_moving: 'Putting files in their place',
  phase_copying: 'Making a copy first',
  phase_adopting: 'Taking over from your earlier version',
  phase_upgrading: 'Upgrading the database',
  phase_restoring: 'Restoring a backup',
  phase_rebuilding: 'Rebuilding the database',
  phase_opening: 'Opening the database',
  phase_attention: 'A decision is needed',
  phase_ready: 'Starting',
  soFar: 'For {{length}} so far',
  goesOn: 'This page goes on by itself.',
  connecting: 'Connecting',
  silent: 'The server does not answer; trying again.',

  choiceNothing: 'Nothing happens before you have confirmed it.',
  choiceQuestion: '{{choice}}?',
  back: 'Back',
  code: 'Code',
  codeMissing: "Type the code from the program's log.",
  codeWhere: 'It is in the program’s log: docker logs viofosync, or the terminal it runs in',

  locked: 'The password cannot be read',
  lockedHelp:
    'This installation was set up, but its password can no longer be read. Recordings and settings are as they were. Set a new password where the program runs:',
  lockedGoesOn: 'This page goes on by itself when it is set.',
  inContainer: 'In a container',
  otherwise: 'Otherwise',

  logIn: 'Log in',
  password: 'Password',
  passwordMissing: 'Type the password.',
  passwordShort: 'A password needs at least {{count}} characters.',
  passwordLong: 'A password has at most 1024 characters.',
  wasOpen: 'You are logged out. Log in to go on where you were.',
  hasEnded:
    'Your session has ended: it was ended on another device, the password was changed, or it had not been used for long. Log in to go on where you were; what you had typed is still there.',
  noCookie:
    'The password is right, but the browser did not keep the session. Allow cookies for this address and log in again.',
  showTyped: 'Show what is typed',
  logOutFailed: 'You could not be logged out',

  setUpHint:
    'Or <to>go through the set-up</to>: camera, storage, time zone, how long recordings stay, and a password.',
  begin: 'Set viofosync up',
  beginHelp:
    'A few questions, about three minutes. To show that this installation is yours, type the code that the program wrote into its log when it started.',
  codePlace: 'The terminal or the service log it runs in',
  codeOwn: 'If you have set VIOFOSYNC_SETUP_CODE, it is that one.',
  beginButton: 'Begin',
  beginNoCookie:
    'The code is right, but the browser did not keep it. Allow cookies for this address and type it again.',
} as const;
