import { currentBytes } from './card.ts';
import { parseCommand } from './command-query.ts';
import type { CommandQuery } from './command-query.ts';
import { deleteByNativePath } from './deletions.ts';
import type { Device } from './device.ts';
import { textReply, xmlReply } from './hfs-reply.ts';
import type { HfsAnswer, HfsReply, HfsRequest } from './hfs-reply.ts';
import { xmlListing, pagedListing } from './listing-replies.ts';
import { localTime, wallClock } from './times.ts';
import {
  commandListXml,
  listXml,
  settingsXml,
  statusCode,
  statusXml,
  stringXml,
  valueXml,
  xmlHead,
} from './xml.ts';

interface Call extends CommandQuery {
  device: Device;
  request: HfsRequest;
}

/** The text of an XML answer, another whole answer, or null: the connection is closed without one. */
type Handler = (call: Call) => string | HfsReply | null;

/** What the application behind `custom=1` answers; HTTP status 200 also for refusals (camera.md 1.1). */
export function answerCommand(device: Device, request: HfsRequest): HfsAnswer {
  if (device.faults.current.emptyCommandReply) return xmlReply('');
  const call = { ...parseCommand(request.query), device, request };
  if (device.noteForbidden(call.cmd, request.target)) return xmlReply(forbiddenXml(call));
  const answer = (handlers.get(call.cmd) ?? settingHandler)(call);
  if (answer === null) return 'closed';
  return typeof answer === 'string' ? xmlReply(answer) : answer;
}

/** Answered as if done, so that a client cannot learn from the answer that it was caught. */
function forbiddenXml({ device, cmd, par }: Call): string {
  if (cmd === 9327 && par !== null) {
    if (device.mode !== 'playback') return statusXml(cmd, statusCode.wrongState);
    device.playbackStorage = par === 1 ? 'ssd' : 'sd';
  }
  return statusXml(cmd, statusCode.ok);
}

/** A menu setting; the bare call writes 0, as reported of real cameras (camera.md 1.11). */
function settingHandler({ device, cmd, par, str, request }: Call): string {
  if (!device.settings.has(cmd)) return statusXml(cmd, statusCode.unknownCommand);
  const value = par ?? str;
  if (value === null) device.violations.push({ reason: 'bare-setting', cmd, target: request.target });
  device.settings.write(cmd, value ?? 0);
  return statusXml(cmd, statusCode.ok);
}

function recording({ device, cmd, par, request }: Call): string {
  if (par === null) device.violations.push({ reason: 'bare-setting', cmd, target: request.target });
  return statusXml(cmd, device.switchRecording(par === 1) ? statusCode.ok : statusCode.wrongState);
}

/** 3001: playback stops recording, movie mode starts it again on a camera that had been recording. */
function changeMode({ device, cmd, par }: Call): string {
  const mode = (['photo', 'movie', 'playback'] as const)[par ?? -1];
  if (mode === undefined) return statusXml(cmd, statusCode.badParameter);
  if (mode !== 'movie') device.switchRecording(false);
  device.mode = mode;
  return statusXml(cmd, statusCode.ok);
}

/** 3037: 0 idle, 1 recording, 3 playback, 4 photo (camera.md 1.3). */
function currentMode({ device, cmd }: Call): string {
  const numbers = { movie: device.isRecording ? 1 : 0, playback: 3, photo: 4 };
  return statusXml(cmd, numbers[device.mode]);
}

function setDate({ device, cmd, str }: Call): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/
    .exec(str ?? '')
    ?.slice(1)
    .map(Number);
  const { hour, minute, second } = wallClock(device.clock.local());
  const [year = 0, month = 0, day = 0] = parts ?? [];
  if (parts !== undefined) device.clock.setLocal(localTime(year, month, day, hour, minute, second));
  return statusXml(cmd, str === null || parts !== undefined ? statusCode.ok : statusCode.badParameter);
}

function setTime({ device, cmd, str }: Call): string {
  const parts = /^(\d{2}):(\d{2}):(\d{2})$/
    .exec(str ?? '')
    ?.slice(1)
    .map(Number);
  const { year, month, day } = wallClock(device.clock.local());
  const [hour = 0, minute = 0, second = 0] = parts ?? [];
  if (parts !== undefined) device.clock.setLocal(localTime(year, month, day, hour, minute, second));
  return statusXml(cmd, str === null || parts !== undefined ? statusCode.ok : statusCode.badParameter);
}

/** The MIME type is set before the file is looked at, so errors come as XML under image/jpeg (camera.md 1.9). */
function thumbnail({ device, cmd, request }: Call): HfsReply {
  if (device.faults.current.busy) return jpeg(statusXml(cmd, statusCode.busy));
  const entry = device.card.find(request.path);
  if (entry === undefined) return jpeg(statusXml(cmd, statusCode.noFile));
  const source = entry.thumbnail;
  if (source === null) return jpeg(statusXml(cmd, statusCode.noThumbnail));
  return {
    ...jpeg(''),
    body: { source, from: 0, to: source.sizeBytes },
    declaredBytes: source.sizeBytes,
  };
}

function jpeg(text: string): HfsReply {
  return textReply({ kind: 'command', contentType: 'image/jpeg', text });
}

function movieInfo({ device, cmd, request }: Call): string {
  const entry = device.card.find(request.path);
  if (entry === undefined || currentBytes(entry) === 0) return statusXml(cmd, statusCode.noFile);
  const seconds = Math.round((+entry.endedLocal - +entry.startedLocal) / 1000);
  return stringXml(cmd, `Width:3840, Height:2160, Length:${seconds} sec`);
}

function settingsDump({ device }: Call): string {
  const settings = device.settings.dump();
  if (!device.faults.current.tellsRecording) return settingsXml(settings);
  return settingsXml([[2001, device.isRecording ? 1 : 0], ...settings]);
}

function sensors({ device }: Call): string {
  const total = device.options.channels ?? 2;
  const flags = { FrontSensor: 1, InteriorSensor: total > 2 ? 1 : 0, RearSensor: total > 1 ? 1 : 0 };
  const lines = Object.entries({ ...flags, Total: total }).map(([name, n]) => `<${name}>${n}</${name}>\n`);
  return `${xmlHead}<Function>\n<Cmd>8260</Cmd>\n<Status>0</Status>\n${lines.join('')}</Function>\n`;
}

/** Under the faults `no-answer` and `empty` the file is gone all the same. */
function deleteOne({ device, cmd, str }: Call): string | null {
  const status = deleteByNativePath(device, str);
  const { deletion } = device.faults.current;
  if (deletion === 'no-answer') return null;
  return deletion === 'empty' ? '' : statusXml(cmd, status);
}

const liveView = {
  MovieLiveViewLink: 'rtsp://192.168.1.254/xxx.mov',
  PhotoLiveViewLink: 'http://192.168.1.254:8192',
};

const handlers: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [2001, recording],
  [2015, ({ cmd }) => statusXml(cmd, statusCode.ok)],
  [2016, ({ device, cmd }) => valueXml(cmd, device.recordedSeconds)],
  [2019, () => listXml(liveView)],
  [3001, changeMode],
  [3002, ({ device }) => commandListXml(knownCommands(device))],
  [3005, setDate],
  [3006, setTime],
  [3012, ({ device, cmd }) => stringXml(cmd, device.firmware)],
  [3014, settingsDump],
  [3015, ({ device, par }) => xmlListing(device, par ?? 0)],
  [3016, ({ cmd }) => statusXml(cmd, statusCode.ok)],
  [3017, ({ device, cmd }) => valueXml(cmd, device.listedCard.freeBytes)],
  [3019, ({ cmd }) => valueXml(cmd, 5)],
  [3022, ({ cmd }) => valueXml(cmd, 2 + 4 + 8)],
  [3024, ({ cmd }) => valueXml(cmd, 1)],
  [3029, ({ device }) => listXml({ SSID: 'VIOFO_A229_sim', PASSPHRASE: passphrase(device) })],
  [3037, currentMode],
  [4001, thumbnail],
  [4002, thumbnail],
  [4003, deleteOne],
  [4005, movieInfo],
  [8260, sensors],
  [
    9346,
    ({ device, cmd }) =>
      device.bluetoothMac === null
        ? statusXml(cmd, statusCode.unknownCommand)
        : stringXml(cmd, device.bluetoothMac),
  ],
  [9326, ({ device, cmd }) => (hasSsd(device) ? valueXml(cmd, device.card.freeBytes) : statusXml(cmd, -256))],
  [9328, ({ device, longStr }) => pagedListing(device, longStr)],
]);

function knownCommands(device: Device): number[] {
  const settings = device.settings.dump().map(([id]) => id);
  const known = [...new Set([...handlers.keys(), ...settings])].toSorted((a, b) => a - b);
  return device.bluetoothMac === null ? known.filter((id) => id !== 9346) : known;
}

function passphrase(device: Device): string {
  return device.options.passphrase ?? 'sim-secret-12345';
}

function hasSsd(device: Device): boolean {
  return (device.options.ssd ?? 'none') !== 'none';
}
