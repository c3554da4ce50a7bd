import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Where the program's own files are. The sources (electron/host-node/) and every built file (dist/<part>/) lie two folders
 * below the root, so the same rule holds from a clone, from a build and from inside a packaged archive.
 */
const root = join(import.meta.dirname, '..', '..')
/** The headless way runs straight from the sources; its helpers then do too. */
const fromSources = import.meta.filename.endsWith('.ts')

const part = (source: string, built: string) => (fromSources ? join(root, source) : join(root, 'dist', built))

export const programPaths = {
  root,
  profiles: join(root, 'assets', 'profiles'),
  /** Made by a build; what runs from its sources checks every profile itself. */
  checkedProfiles: fromSources ? null : join(root, 'dist', 'profiles.json'),
  renderer: join(root, 'dist', 'renderer'),
  preload: join(root, 'dist', 'preload', 'preload.cjs'),
  simulator: part('electron/simulator/main.ts', 'simulator/main.js'),
  storeWorker: part('electron/io/store/store-worker.ts', 'store-worker/store-worker.js'),
  waveFileWorker: part('electron/io/wave-files/wave-file-worker.ts', 'wave-file-worker/wave-file-worker.js'),
  analysisWorker: part('electron/analysis/analysis-worker.ts', 'analysis-worker/analysis-worker.js'),
} as const

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
export const programVersion = manifest.version
