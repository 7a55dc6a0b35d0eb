/** Lines as short texts: each number as the difference to the one before, in steps of 0.0001° (11 m). */
import { longitudeStep } from './geo.ts';

/** Letters that stand in JSON as they are. */
const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
const valueOf = new Uint8Array(128);
for (let value = 0; value < letters.length; value++) valueOf[letters.charCodeAt(value)] = value;

const stepsPerDegree = 10_000;

/** Points of a line (longitude, latitude in degrees), each after the first as the way from the one before, the short way around the world. */
export function encodeLine(points: readonly (readonly [number, number])[]): string {
  let text = '';
  let [lastX, lastY, last] = [0, 0, 0];
  let east = 0;
  for (const [index, [longitude, latitude]] of points.entries()) {
    east = index === 0 ? longitude : east + longitudeStep(last, longitude);
    last = longitude;
    const [x, y] = [Math.round(east * stepsPerDegree), Math.round(latitude * stepsPerDegree)];
    if (index > 0 && x === lastX && y === lastY && index < points.length - 1) continue;
    text += encodeNumber(x - lastX) + encodeNumber(y - lastY);
    [lastX, lastY] = [x, y];
  }
  return text;
}

/** The points again; longitudes run on past 180. What is no such text ends where it makes no sense. */
export function decodeLine(text: string): [number, number][] {
  const points: [number, number][] = [];
  const numbers = [0, 0];
  let [which, shift, value] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const six = valueOf[text.charCodeAt(at) & 127] ?? 0;
    value += (six & 31) * 2 ** shift;
    shift += 5;
    if (six & 32) continue;
    numbers[which] = (numbers[which] ?? 0) + (value % 2 === 1 ? -(value + 1) / 2 : value / 2);
    if (which === 1) points.push([(numbers[0] ?? 0) / stepsPerDegree, (numbers[1] ?? 0) / stepsPerDegree]);
    [which, shift, value] = [1 - which, 0, 0];
  }
  return points;
}

/** Small numbers of either sign in one letter, others in more: five bits each, the sixth when more follow. */
function encodeNumber(number: number): string {
  let rest = number < 0 ? -2 * number - 1 : 2 * number;
  let text = '';
  do {
    const five = rest % 32;
    rest = Math.floor(rest / 32);
    text += letters[rest > 0 ? five + 32 : five] ?? '';
  } while (rest > 0);
  return text;
}
