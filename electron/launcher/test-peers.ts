import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findProgram, isRoot, run } from './project.ts'

/** Independent programs the tests check ours against, and the browser of the end-to-end tests, as Debian names them. */
interface Peer {
  readonly name: string
  readonly packages: readonly string[]
  readonly isHere: () => boolean
}

/** Debian's own interpreter: another one on PATH does not see Debian's modules. */
const pythonHas = (modules: string): boolean =>
  existsSync('/usr/bin/python3') &&
  spawnSync('/usr/bin/python3', ['-c', `import ${modules}`], { stdio: 'ignore' }).status === 0

export const chromiumProgram = (): string | null =>
  process.env['CHROMIUM_PATH'] ??
  findProgram('chromium') ??
  findProgram('chromium-browser') ??
  findProgram('google-chrome')

const peers: readonly Peer[] = [
  { name: 'chromium', packages: ['chromium'], isHere: () => chromiumProgram() !== null },
  { name: 'socat', packages: ['socat'], isHere: () => findProgram('socat') !== null },
  { name: 'tshark', packages: ['tshark'], isHere: () => findProgram('tshark') !== null },
  { name: 'mbpoll', packages: ['mbpoll'], isHere: () => findProgram('mbpoll') !== null },
  {
    name: 'mosquitto',
    packages: ['mosquitto', 'mosquitto-clients'],
    // Debian keeps the broker where only root's PATH looks.
    isHere: () =>
      findProgram('mosquitto_sub') !== null && (findProgram('mosquitto') !== null || existsSync('/usr/sbin/mosquitto')),
  },
  {
    name: 'pymodbus',
    packages: ['python3-pymodbus', 'python3-serial', 'python3-serial-asyncio'],
    isHere: () => pythonHas('pymodbus, serial, serial_asyncio'),
  },
]

/** Sees to it that every peer is here: installs what is missing where it may, or says exactly what to do. False: some are missing. */
export const ensurePeers = async (): Promise<boolean> => {
  const missing = peers.filter((peer) => !peer.isHere())
  if (missing.length === 0) return true
  const packages = missing.flatMap((peer) => peer.packages)
  if (process.platform === 'linux' && isRoot() && findProgram('apt-get')) {
    process.stderr.write(`Installing what the tests need and this machine lacks: ${packages.join(' ')}\n`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] as const }
    await run('apt-get', ['update', '-q'], { ...quiet, stdio: [...quiet.stdio] })
    await run('apt-get', ['install', '-qy', '--no-install-recommends', ...packages], {
      ...quiet,
      stdio: [...quiet.stdio],
    })
  }
  const still = peers.filter((peer) => !peer.isHere())
  if (still.length === 0) return true
  process.stderr.write(`The tests need ${still.map((peer) => peer.name).join(', ')}, and this machine lacks them.
On Debian or Ubuntu:  sudo apt-get install ${still.flatMap((peer) => peer.packages).join(' ')}
On other systems install programs of these names; a browser elsewhere is named with CHROMIUM_PATH.\n`)
  return false
}
