import type { SettingsInForceView } from '../../shared/settings-answer.ts';
import type { SettingKey, Settings } from '../../shared/settings.ts';

/** What of the environment goes before settings. */
export interface EnvironmentSettings {
  host: string | null;
  port: number | null;
  logLevel: string;
  isLogLevelGiven?: boolean;
}

type AtStart = Partial<Pick<Settings, 'zone' | 'webHost' | 'webPort'>>;

/** Which settings are decided elsewhere or only at the next start. */
export class SettingsInForce {
  private readonly environment: SettingsInForceView['environment'];
  private atStart: AtStart = {};

  constructor({ host, port, logLevel, isLogLevelGiven }: EnvironmentSettings) {
    this.environment = [
      ...(host === null ? [] : [{ key: 'webHost', variable: 'WEB_HOST', value: host }]),
      ...(port === null ? [] : [{ key: 'webPort', variable: 'WEB_PORT', value: String(port) }]),
      ...(isLogLevelGiven === true ? [{ key: 'logLevel', variable: 'LOG_LEVEL', value: logLevel }] : []),
    ];
  }

  /** These have been read: another value counts from the next start on. */
  started(values: AtStart): void {
    this.atStart = { ...this.atStart, ...values };
  }

  view(settings: Settings): SettingsInForceView {
    const read = Object.keys(this.atStart) as (keyof AtStart)[];
    const isSetElsewhere = (key: SettingKey) => this.environment.some((each) => each.key === key);
    return {
      environment: this.environment,
      awaitsRestart: read.filter((key) => this.atStart[key] !== settings[key] && !isSetElsewhere(key)),
    };
  }
}
