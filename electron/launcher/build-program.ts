import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { InlineConfig } from 'vite'
import { checkProfilesOnce } from './check-profiles-once.ts'
import { noticesText, withDependencies } from './notices.ts'
import { root } from './project.ts'
import { leaveOutUnusedParts, notePackages } from './shipped-modules.ts'

/** Native or optional at run time: read from node_modules, never bundled. */
const external = ['electron', '@serialport/bindings-cpp', 'libsql', 'bufferutil', 'utf-8-validate']
/** serialport without the part for tests that its main file exports too. */
const serialport = join(root, 'node_modules', 'serialport', 'dist', 'serialport.js')
/** Shipped as it is, since it holds native code; node-addon-api is for compiling it only. */
const shippedAsIs = ['@serialport/bindings-cpp', '@serialport/parser-readline', 'debug'].map((name) =>
  join(root, 'node_modules', name),
)
const forCompiling = ['node-addon-api']
export const noticesFile = join(root, 'dist', 'THIRD-PARTY-NOTICES.txt')
const stampFile = join(root, 'dist', 'build.json')

/** Electron's test runtime has Node 20; what is built runs on it and on everything newer. */
const nodeTarget = 'node20'

const nodeBuild = (
  packages: Set<string>,
  input: Record<string, string>,
  output: { format: 'es' | 'cjs'; entryFileNames: string; inlineDynamicImports?: boolean },
): InlineConfig => ({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  ssr: { noExternal: true, external, target: 'node' },
  resolve: { alias: [{ find: /^serialport$/, replacement: serialport }] },
  plugins: [leaveOutUnusedParts(), notePackages(packages)],
  build: {
    ssr: true,
    outDir: join(root, 'dist'),
    emptyOutDir: false,
    target: nodeTarget,
    minify: false,
    sourcemap: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input,
      output: {
        // package.json says that .js is an ES module.
        chunkFileNames: `chunks/[name]-[hash].${output.format === 'cjs' ? 'cjs' : 'js'}`,
        ...output,
      },
    },
  },
})

const builds = (packages: Set<string>): readonly InlineConfig[] => [
  {
    root: join(root, 'renderer'),
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    plugins: [notePackages(packages)],
  },
  nodeBuild(
    packages,
    {
      'host-node/main': join(root, 'electron/host-node/main.ts'),
      'simulator/main': join(root, 'electron/simulator/main.ts'),
      'store-worker/store-worker': join(root, 'electron/io/store/store-worker.ts'),
      'wave-file-worker/wave-file-worker': join(root, 'electron/io/wave-files/wave-file-worker.ts'),
      'analysis-worker/analysis-worker': join(root, 'electron/analysis/analysis-worker.ts'),
    },
    { format: 'es', entryFileNames: '[name].js' },
  ),
  // CommonJS: an ES module is loaded too late to register the page's scheme before Electron is ready.
  nodeBuild(
    packages,
    { 'main/main': join(root, 'electron/host-electron/main.ts') },
    { format: 'cjs', entryFileNames: '[name].cjs' },
  ),
  // A sandboxed preload can only be one CommonJS file.
  nodeBuild(
    packages,
    { 'preload/preload': join(root, 'electron/host-electron/preload.ts') },
    { format: 'cjs', entryFileNames: '[name].cjs' },
  ),
]

const isSource = (path: string) => !/\.test\.tsx?$|[/\\]test-support[/\\]|[/\\]bench[/\\]|\.md$/.test(path)

/** A hash over name, size and time of every file a build reads: cheap, and right unless a file is changed back in time. */
const fingerprint = (): string => {
  const hash = createHash('sha256')
  const add = (path: string) => {
    const { size, mtimeMs } = statSync(join(root, path))
    hash.update(`${path} ${size} ${mtimeMs}\n`)
  }
  for (const folder of ['shared', 'electron', 'renderer']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name).slice(root.length + 1)
      if (entry.isFile() && isSource(path)) add(path)
    }
  }
  for (const path of ['package.json', 'package-lock.json', 'vite.config.ts']) add(path)
  return hash.digest('hex')
}

const builtFrom = (): string | null => {
  try {
    return (JSON.parse(readFileSync(stampFile, 'utf8')) as { sources: string }).sources
  } catch {
    return null
  }
}

/** Builds the screen, both hosts, the workers and the simulator into dist/, each about a second. */
export const buildProgram = async (): Promise<void> => {
  const sources = fingerprint()
  const startedMs = performance.now()
  // Loading the bundler takes longer than starting the program: not when nothing has to be built.
  const { build } = await import('vite')
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  mkdirSync(join(root, 'dist'))
  // One after the other: rolldown uses every core by itself.
  const packages = new Set<string>()
  for (const config of builds(packages)) await build(config)
  for (const folder of shippedAsIs) withDependencies(folder, forCompiling, packages)
  await checkProfilesOnce(join(root, 'assets', 'profiles'), join(root, 'dist', 'profiles.json'))
  writeFileSync(noticesFile, noticesText(packages))
  writeFileSync(stampFile, JSON.stringify({ sources }))
  process.stderr.write(`Built in ${((performance.now() - startedMs) / 1000).toFixed(1)} s.\n`)
}

export const buildIfStale = async (): Promise<void> => {
  if (builtFrom() === fingerprint()) return
  process.stderr.write('Building Tripscope, once…\n')
  await buildProgram()
}
