/** What is known of a camera of this installation. */
export interface KnownCamera {
  name: string;
  /** Of the firmware string; null when it was never met, or was forgotten with its address. */
  model: string | null;
  firmware: string | null;
  bluetoothMac: string | null;
  wifiMac: string | null;
}

/** What answers at its address now. MACs as `aa:bb:cc:dd:ee:ff`; null when nobody tells. */
export interface SeenCamera {
  model: string | null;
  firmware: string;
  bluetoothMac: string | null;
  wifiMac: string | null;
}

/** What is to be remembered of it from now on; only what changes. */
export type LearnedIdentity = Partial<SeenCamera>;

export interface IdentityVerdict {
  verdict: 'same' | 'stranger';
  /** A sentence for page or log: how it is known, or why it is not ours. */
  reason: string;
  /** A MAC says that it is ours; without that, what is on its card has a word too. */
  proven: boolean;
  learn: LearnedIdentity;
}

/**
 * Is what answers the camera we know? `accepted`: a person has just said that it is, so that nothing speaks against it.
 * A change of firmware is an update. No known command tells a serial number (docs/camera-protocol.md).
 */
export function judgeIdentity(
  known: KnownCamera & { accepted: boolean },
  seen: SeenCamera,
  others: readonly KnownCamera[],
): IdentityVerdict {
  const learn = whatIsNew(known, seen);
  const same = (proven: boolean, reason: string): IdentityVerdict => ({
    verdict: 'same',
    reason,
    proven,
    learn,
  });
  if (known.accepted) return same(false, 'You said that it is this camera.');
  if (differs(known.model, seen.model))
    return stranger(`The camera that answers is of model ${seen.model}; this one is ${known.model}.`);
  if (isEqual(known.bluetoothMac, seen.bluetoothMac))
    return same(true, 'Its Bluetooth MAC is the known one.');
  const other = others.find((one) => isOther(one, known, seen));
  if (other) return stranger(`This is ${other.name}.`);
  if (differs(known.bluetoothMac, seen.bluetoothMac)) {
    return stranger(
      `The camera that answers is another one of the same model: its Bluetooth MAC is ${seen.bluetoothMac}, not ${known.bluetoothMac}.`,
    );
  }
  // Behind a repeater several cameras have one MAC: then it proves nothing.
  const isShared = others.some((one) => isEqual(one.wifiMac, seen.wifiMac));
  if (isEqual(known.wifiMac, seen.wifiMac) && !isShared) return same(true, 'Its Wi-Fi MAC is the known one.');
  return same(false, 'Nothing it tells speaks against it.');
}

function stranger(reason: string): IdentityVerdict {
  return { verdict: 'stranger', reason, proven: false, learn: {} };
}

/** Whether what answers is that other camera of this installation. */
function isOther(other: KnownCamera, known: KnownCamera, seen: SeenCamera): boolean {
  if (isEqual(other.bluetoothMac, seen.bluetoothMac)) return true;
  if (differs(other.bluetoothMac, seen.bluetoothMac) || differs(other.model, seen.model)) return false;
  return isEqual(other.wifiMac, seen.wifiMac) && !isEqual(known.wifiMac, seen.wifiMac);
}

function whatIsNew(known: KnownCamera, seen: SeenCamera): LearnedIdentity {
  const isProven = isEqual(known.bluetoothMac, seen.bluetoothMac);
  return {
    ...(known.model === null && seen.model !== null && { model: seen.model }),
    ...(known.firmware !== seen.firmware && { firmware: seen.firmware }),
    ...(known.bluetoothMac === null && seen.bluetoothMac !== null && { bluetoothMac: seen.bluetoothMac }),
    // Its other band or a repeater may have shown before; which it is now is only sure when something else proves it.
    ...(seen.wifiMac !== null &&
      (known.wifiMac === null || (isProven && known.wifiMac !== seen.wifiMac)) && { wifiMac: seen.wifiMac }),
  };
}

function isEqual(one: string | null, two: string | null): boolean {
  return one !== null && one === two;
}

function differs(one: string | null, two: string | null): boolean {
  return one !== null && two !== null && one !== two;
}
