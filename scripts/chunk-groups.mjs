/**
 * Which modules share a file of the built web app. Left to itself the build makes a file of each small thing that two
 * pages share, and a page then waits for forty of them: over plain HTTP a browser asks for six at a time, and each
 * costs the processor more than the bytes in it.
 */

/** The page that must be there first decides what the common parts are; other pages share most of them. */
const decidingPage = '/src/web/archive/archive-page.tsx';

/** Of libraries: small, and used by nearly every page. */
const smallParts =
  /@tabler|@mantine\/hooks|react-query|query-core|react-virtual|virtual-core|@mantine\/core\/esm\/components\/(ActionIcon|Input|InputBase|TextInput|CloseButton|Kbd|Skeleton)\//;

/** What lies over a page and holds the focus: large, and needed only once something is opened. */
const overlays =
  /@floating-ui|react-remove-scroll|use-sidecar|use-callback-ref|tslib|\/(Popover|Menu|Modal|ModalBase|FocusTrap|OptionalPortal|Portal|Transition)\//;

const isOfTheApp = (id) => /\/src\/(web\/|shared\/[\w-]+\.ts\?plain$)/.test(id);

/** Our own modules that a module needs at once, itself among them. */
function neededBy(moduleId, importedBy) {
  const needed = new Set();
  const add = (id) => {
    if (needed.has(id)) return;
    needed.add(id);
    importedBy(id).filter(isOfTheApp).forEach(add);
  };
  add(moduleId);
  return needed;
}

/**
 * Groups for `output.codeSplitting` of the bundler.
 * @param {string} root of the repository
 */
export function chunkGroups(root) {
  let deciding;
  const isPart = (id, context) => {
    deciding ??= neededBy(root + decidingPage, (of) => context.getModuleInfo(of)?.importedIds ?? []);
    return smallParts.test(id) || deciding.has(id);
  };
  return [
    { name: 'base', tags: ['$initial'], priority: 3 },
    {
      name: (id, context) => (isPart(id, context) ? 'parts' : null),
      debugName: 'parts',
      minShareCount: 2,
      priority: 2,
    },
    { name: 'overlays', test: overlays, minShareCount: 2, priority: 1 },
  ];
}
