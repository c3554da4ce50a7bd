/** The layers, as in ARCHITECTURE.md: who may import whom. Each rule's comment is the cure. */
const test = '\\.test\\.tsx?$|/test-support/'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment:
        'Move what both need into a third file; a type is a dependency too. A cycle through a lazily loaded view is none at load time.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    {
      name: 'shared-knows-only-itself',
      severity: 'error',
      comment: 'shared/ is read by both processes: only shared, zod, yaml and the FFT.',
      from: { path: '^shared/', pathNot: test },
      to: { pathNot: '^shared/|^node_modules/(zod|yaml|fft\\.js)/' },
    },
    {
      name: 'core-knows-only-shared',
      severity: 'error',
      comment: 'Take what you need through a port (electron/core/ports.ts).',
      from: { path: '^electron/core/', pathNot: test },
      to: { pathNot: '^electron/core/|^shared/|^node_modules/zod/' },
    },
    {
      name: 'analysis-knows-only-shared',
      severity: 'error',
      comment: 'The analysis of samples is pure; its thread and its sockets are in electron/io/wave.',
      from: { path: '^electron/analysis/', pathNot: test },
      to: { pathNot: '^electron/analysis/|^shared/|^node:worker_threads$|^worker_threads$' },
    },
    {
      name: 'io-implements-ports',
      severity: 'error',
      comment: 'io/ may know the ports and pure helpers of the core, never a host, the simulator or the screen.',
      from: { path: '^electron/io/', pathNot: test },
      to: { path: '^electron/(host|simulator|launcher|bench)|^renderer/' },
    },
    {
      name: 'simulator-stands-apart',
      severity: 'error',
      comment: 'The simulator speaks to us over the wire only: it must not share our decoding or our lines.',
      from: { path: '^electron/simulator/', pathNot: test },
      to: { path: '^electron/(core|analysis|io|host|launcher)|^renderer/' },
    },
    {
      name: 'renderer-knows-only-shared',
      severity: 'error',
      comment: 'The screen reaches the program through shared/api only.',
      from: { path: '^renderer/', pathNot: test },
      to: { path: '^electron/' },
    },
    {
      name: 'host-node-knows-no-electron',
      severity: 'error',
      comment: 'Both hosts share host-node; what needs Electron lives in host-electron.',
      from: { path: '^electron/(?!host-electron)' },
      to: { path: '^electron/host-electron/' },
    },
    {
      name: 'electron-only-in-its-host',
      severity: 'error',
      comment: "Only electron/host-electron imports 'electron'.",
      from: { pathNot: '^electron/host-electron/' },
      to: { path: '^node_modules/electron/' },
    },
    {
      name: 'recharts-only-in-charts',
      severity: 'error',
      comment: 'Use a part of renderer/charts.',
      from: { path: '^renderer/', pathNot: '^renderer/charts/' },
      to: { path: '^node_modules/(recharts|uplot)/' },
    },
    {
      name: 'charts-take-props',
      severity: 'error',
      comment: 'A chart reads no store, nor does a part it uses: the view that shows it reads and passes props.',
      from: { path: '^renderer/charts/', pathNot: test },
      to: { path: '^renderer/state/', reachable: true },
    },
    {
      name: 'no-test-code-in-the-product',
      severity: 'error',
      comment: 'test-support/ is for tests.',
      from: { pathNot: `${test}|^electron/bench/` },
      to: { path: test },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'Install it with an exact version, or correct the path.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      severity: 'error',
      comment: 'Declare it in package.json: a transitive package can vanish.',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|release)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
}
