const width = 120;
const height = 24;

/** The corners of a line over the last samples and of the area under it, the newest at the right; null for too few. */
export function linePoints(
  speeds: readonly number[],
  samples: number,
): { line: string; area: string } | null {
  const most = Math.max(0, ...speeds);
  if (speeds.length < 2 || most === 0) return null;
  const step = width / (samples - 1);
  const left = width - (speeds.length - 1) * step;
  const corners = speeds.map((speed, index) => {
    const x = round(left + index * step);
    return `${x},${round(height - 2 - (speed / most) * (height - 4))}`;
  });
  return {
    line: corners.join(' '),
    area: `${round(left)},${height} ${corners.join(' ')} ${width},${height}`,
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
