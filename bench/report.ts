/** How a measurement stands against its goal; `info` has none that decides. */
export type Verdict = 'pass' | 'fail' | 'info';

/** One line of the report. */
export interface Figure {
  benchmark: string;
  what: string;
  /** In words; empty where there is none. */
  goal: string;
  /** In words, with its unit. */
  measured: string;
  /** The number behind `measured`, in the unit that its key names. */
  values: Record<string, number>;
  verdict: Verdict;
}

type Draft = Omit<Figure, 'benchmark' | 'verdict'>;

/** Collects the figures of one benchmark. */
export class Figures {
  readonly all: Figure[] = [];
  private readonly benchmark: string;

  constructor(benchmark: string) {
    this.benchmark = benchmark;
  }

  /** A figure that decides the exit code. */
  goal(draft: Draft, isMet: boolean): void {
    this.add(draft, isMet ? 'pass' : 'fail');
  }

  /** A figure that explains the others, or whose goal is not this benchmark's to enforce. */
  info(draft: Omit<Draft, 'goal'> & { goal?: string }): void {
    this.add({ goal: '', ...draft }, 'info');
  }

  private add(draft: Draft, verdict: Verdict): void {
    const figure = { benchmark: this.benchmark, ...draft, verdict };
    this.all.push(figure);
    console.log(lineOf(figure));
  }
}

const marks: Record<Verdict, string> = { pass: 'ok  ', fail: 'FAIL', info: '    ' };

function lineOf({ verdict, what, goal, measured }: Figure): string {
  const against = goal === '' ? '' : `  (goal ${goal})`;
  return `  ${marks[verdict]} ${what.padEnd(66)} ${measured}${against}`;
}

/** Every missed goal once more, and how many there are. */
export function summarise(figures: readonly Figure[]): number {
  const missed = figures.filter((figure) => figure.verdict === 'fail');
  const met = figures.filter((figure) => figure.verdict === 'pass').length;
  console.log(`\n${met} goals met, ${missed.length} missed`);
  for (const figure of missed) {
    console.log(`  ${figure.benchmark}: ${figure.what}: ${figure.measured}, goal ${figure.goal}`);
  }
  return missed.length;
}

export const percent = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
export const milliseconds = (ms: number): string =>
  ms < 100 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;

/** The value below which `share` (0 to 1) of all lie; 0 for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
