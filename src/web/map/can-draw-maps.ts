let answer: boolean | null = null;

/** Whether this browser has what the map library draws with (WebGL 2); asked once. */
export function canDrawMaps(): boolean {
  answer ??= ask();
  return answer;
}

function ask(): boolean {
  try {
    const context = document.createElement('canvas').getContext('webgl2');
    // Browsers have few of them at a time.
    context?.getExtension('WEBGL_lose_context')?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}
