/**
 * The dependency rules of docs/architecture.md. `npm run check` runs them, and
 * test/dependency-rules.test.ts plants a violation of each and sees it fail.
 */
const typeOnly = ['type-only'];

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: typeOnly } },
    },
    {
      name: 'shared-is-a-leaf',
      severity: 'error',
      from: { path: '^src/shared' },
      to: { path: '^(src/(server|web)|simulator|test|e2e|bench|scripts)' },
    },
    {
      name: 'shared-imports-only-zod',
      severity: 'error',
      from: { path: '^src/shared', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/zod' },
    },
    {
      name: 'web-not-server',
      severity: 'error',
      from: { path: '^src/web' },
      to: { path: '^(src/server|simulator)' },
    },
    {
      name: 'server-not-web',
      severity: 'error',
      from: { path: '^src/server' },
      to: { path: '^src/web' },
    },
    {
      name: 'product-not-simulator',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^(simulator|test|e2e|bench|scripts)/' },
    },
    {
      name: 'simulator-is-its-own-implementation',
      comment: 'A camera that shares our parsers would share our mistakes.',
      severity: 'error',
      from: { path: '^simulator/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'only-the-root-knows-all',
      severity: 'error',
      from: {
        path: '^src/server/',
        pathNot:
          '^src/server/(app|app-archive|app-care|app-database|app-journeys|app-media|app-parts|app-retention|app-server|app-sync|main)\\.ts$|^src/server/cli/|\\.test\\.ts$',
      },
      to: {
        path: '^src/server/(app|app-archive|app-care|app-database|app-journeys|app-media|app-parts|app-retention|app-server|app-sync|main)\\.ts$',
      },
    },
    {
      name: 'decisions-are-pure',
      severity: 'error',
      from: { path: '^src/server/[^/]+/[a-z0-9-]*(policy|plan)[.]ts$' },
      to: {
        dependencyTypesNot: typeOnly,
        pathNot:
          '^src/shared/|^src/server/[^/]+/[a-z0-9-]*(policy|plan)[.]ts$|^src/server/archive/layout[.]ts$',
      },
    },
    {
      name: 'capabilities-know-types-only',
      comment:
        'But for two pure grammars: of places in the archive, for whoever moves its files, and of packed tracks.',
      severity: 'error',
      from: { path: '^src/server/([^/]+)/', pathNot: '\\.test\\.ts$|^src/server/cli/' },
      to: {
        path: '^src/server/[^/]+/',
        pathNot:
          '^src/server/($1|lib|db|jobs|settings)/|^src/server/http/serve\\.ts$|^src/server/archive/(layout|place-policy|sidecar|clip-states)\\.ts$|^src/server/tracks/track-codec\\.ts$',
        dependencyTypesNot: typeOnly,
      },
    },
    {
      name: 'sqlite-only-in-db',
      severity: 'error',
      from: { path: '^src/server/(?!db/)', pathNot: '\\.test\\.ts$' },
      to: { path: 'node_modules/better-sqlite3' },
    },
    {
      name: 'mqtt-only-in-mqtt',
      severity: 'error',
      from: { path: '^src/server/(?!mqtt/)' },
      to: { path: 'node_modules/mqtt/' },
    },
    {
      name: 'processes-only-in-run-process',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/server/lib/run-process\\.ts$|\\.test\\.ts$' },
      to: { path: '^(node:)?child_process$|node_modules/execa/' },
    },
    {
      name: 'http-only-in-routes',
      severity: 'error',
      from: {
        path: '^src/server/',
        pathNot:
          '^src/server/(http/|app(-care|-journeys|-media|-parts|-server)?\\.ts)|routes\\.ts$|\\.test\\.ts$',
      },
      to: { path: 'node_modules/(fastify|@fastify)/' },
    },
    {
      name: 'camera-http-only-in-camera',
      severity: 'error',
      from: { path: '^src/server/(?!camera/|http/)', pathNot: '\\.test\\.ts$' },
      to: { path: '^(node:)?https?$' },
    },
    {
      name: 'no-test-code-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '\\.test\\.tsx?$|node_modules/(vitest|fast-check|playwright-core)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
