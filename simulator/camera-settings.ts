/**
 * The settings memory behind `cmd=3014` (camera.md 1.2): option indexes by command id, family B
 * (camera.md 1.4). A value that is text is printed as a nested `<Function>` with a `<String>`.
 */
const familyB: ReadonlyArray<readonly [id: number, value: number | string]> = [
  [1002, 0],
  [2002, 4],
  [2003, 1],
  [2005, '6,6,6'],
  [2006, 0],
  [2007, 1],
  [2008, 1],
  [2011, 2],
  [2012, 1],
  [2020, 0],
  [3007, 0],
  [3008, 0],
  [3009, 0],
  [8201, 2],
  [8205, 1],
  [8208, 1],
  [8209, 1],
  [8211, 0],
  [8212, 0],
  [8222, 0],
  [9220, 0],
  [9225, 1],
  [9315, 0],
  [9323, 0],
];

/** Minutes east of Greenwich by option index of 8212 (camera.md 1.10). */
const zoneMinutes = [
  0, 60, 120, 180, 210, 240, 270, 300, 330, 360, 390, 420, 480, 540, 570, 600, 630, 660, 720, 780, -60, -120,
  -150, -180, -210, -240, -300, -360, -420, -480, -540, -600, -660, -720,
];

export class CameraSettings {
  #values = new Map<number, number | string>(familyB);
  #shownOld = new Map<number, { value: number | string; readsLeft: number }>();
  /** For how many reads `3014` still shows the old value after a write (camera.md 1.1, read-back lag). */
  readBackLag = 0;

  constructor(zoneOffsetMinutes: number) {
    this.#values.set(8212, Math.max(0, zoneMinutes.indexOf(zoneOffsetMinutes)));
  }

  has(id: number): boolean {
    return this.#values.has(id);
  }

  get(id: number): number | string | undefined {
    return this.#values.get(id);
  }

  write(id: number, value: number | string): void {
    const old = this.#values.get(id);
    if (this.readBackLag > 0 && old !== undefined) {
      this.#shownOld.set(id, { value: old, readsLeft: this.readBackLag });
    }
    this.#values.set(id, value);
  }

  /** What one `3014` prints, in order of id. */
  dump(): Array<[id: number, value: number | string]> {
    const rows = [...this.#values].toSorted(([a], [b]) => a - b);
    return rows.map(([id, value]) => [id, this.#shown(id, value)]);
  }

  #shown(id: number, value: number | string): number | string {
    const old = this.#shownOld.get(id);
    if (old === undefined || old.readsLeft === 0) return value;
    old.readsLeft -= 1;
    return old.value;
  }
}
