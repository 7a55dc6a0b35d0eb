import { routes } from '../../shared/routes.ts';
import { useRoute } from '../api.ts';

/** The name of a camera where there are several; null where it goes without saying. */
export function useCameraName(cameraId: number): string | null {
  const cameras = useRoute(routes.getStatus).data?.cameras ?? [];
  if (cameras.length < 2) return null;
  return cameras.find((camera) => camera.id === cameraId)?.name ?? null;
}
