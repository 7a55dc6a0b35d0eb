/**
 * The image's HEALTHCHECK: exit code 0 when the server is well (also while it still prepares its database), else 1,
 * and one line. It asks where the server listens: WEB_HOST and WEB_PORT, or what the settings say, or 127.0.0.1:8080.
 */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';

const deadlineMs = 4000;
const healthy = ['ok', 'starting'];
const everywhere = [undefined, '', '0.0.0.0', '::'];

const { webHost, webPort } = readSettings();
const listens = variable('WEB_HOST') ?? webHost;
const host = everywhere.includes(listens) ? '127.0.0.1' : listens;
const port = Number(variable('WEB_PORT') ?? webPort ?? 8080);

setTimeout(() => end(1, `no answer within ${deadlineMs / 1000} s`), deadlineMs);
try {
  const status = await statusOf(await answer());
  end(healthy.includes(status) ? 0 : 1, status);
} catch (error) {
  end(1, error.message || error.code);
}

function variable(name) {
  return process.env[name]?.trim() || undefined;
}

/** What the settings say about the address; nothing where they cannot be read or make no sense. */
function readSettings() {
  try {
    const path = join(variable('CONFIG_DIR') ?? '/config', 'settings.json');
    const { webHost, webPort } = JSON.parse(readFileSync(path, 'utf8'));
    return {
      webHost: typeof webHost === 'string' ? webHost.trim() : undefined,
      webPort: Number.isInteger(webPort) && webPort > 0 && webPort < 65536 ? webPort : undefined,
    };
  } catch {
    return {};
  }
}

function answer() {
  return new Promise((resolve, reject) => {
    get({ host, port, path: '/api/health' }, resolve).on('error', reject);
  });
}

async function statusOf(response) {
  const text = (await response.setEncoding('utf8').toArray()).join('');
  try {
    return String(JSON.parse(text).status);
  } catch {
    throw new Error(`this is not viofosync (HTTP status ${response.statusCode})`);
  }
}

function end(code, message) {
  process.stdout.write(`${host} port ${port}: ${message}\n`);
  process.exit(code);
}
