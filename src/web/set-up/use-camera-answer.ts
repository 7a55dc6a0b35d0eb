import { useState } from 'react';
import { cameraAddressSchema, type CameraTest } from '../../shared/cameras.ts';
import { routes } from '../../shared/routes.ts';
import { useAction, type ApiError } from '../api.ts';
import { suggestedName } from '../cameras/camera-words.ts';
import { cameraMove, type CameraMove } from './set-up-plan.ts';
import type { SetUp } from './use-set-up.ts';

export interface CameraAnswer {
  address: string;
  name: string;
  setName: (name: string) => void;
  /** Why the address is none. */
  problem: string | null;
  test: { data: CameraTest | undefined; error: ApiError | null; isPending: boolean };
  /** What the button does now. */
  move: CameraMove;
  type: (address: string) => void;
  tryIt: (address: string) => void;
  /** Takes what is typed for the answer. */
  use: () => void;
}

/** The address as it is typed, what came of trying it, and the name that the camera gets. */
export function useCameraAnswer({ draft, furthest, change }: SetUp): CameraAnswer {
  const { camera } = draft;
  const [address, setAddress] = useState(camera?.address ?? '');
  const [name, setName] = useState(camera?.name ?? '');
  const [problem, setProblem] = useState<string | null>(null);
  const nameIt = (found?: CameraTest) => setName((typed) => typed || suggestedName(found));
  const test = useAction(routes.testCamera, { onSuccess: nameIt, onError: () => nameIt() });
  // Tried before: the reader has come back.
  const isUsed = furthest !== 'camera' && address === camera?.address;
  const tested = test.data ?? (test.error ? { ok: false } : isUsed ? { ok: true } : null);
  return {
    address,
    name,
    setName,
    problem,
    test,
    move: cameraMove(address, tested),
    type: (text) => {
      setAddress(text);
      setProblem(null);
      test.reset();
    },
    tryIt: (text) => {
      const parsed = cameraAddressSchema.safeParse(text);
      if (parsed.success) test.mutate({ body: { address: parsed.data } });
      else setProblem(parsed.error.issues[0]?.message ?? null);
    },
    use: () => {
      const called = name.trim() || suggestedName(test.data);
      change({
        camera:
          address.trim() === '' ? null : { id: camera?.id ?? null, address: address.trim(), name: called },
      });
    },
  };
}
