import { spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './project.ts'

const folder = join(root, 'node_modules', 'electron')
const programName =
  process.platform === 'win32'
    ? 'electron.exe'
    : process.platform === 'darwin'
      ? 'Electron.app/Contents/MacOS/Electron'
      : 'electron'
/** A slow line needs minutes for 110 MB; a machine that can't reach the download fails within seconds by itself. */
const downloadWithinMs = 10 * 60_000

export type ElectronRuntime =
  { readonly ok: true; readonly program: string } | { readonly ok: false; readonly why: string }

const overridden = (): string | null => process.env['ELECTRON_OVERRIDE_DIST_PATH'] || null

/** The runtime that is here already, without any download. */
export const installedElectron = (): ElectronRuntime => {
  const override = overridden()
  if (override) {
    const program = join(override, programName)
    return existsSync(program)
      ? { ok: true, program }
      : { ok: false, why: `ELECTRON_OVERRIDE_DIST_PATH has no ${programName}: ${override}` }
  }
  try {
    const program = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim())
    return existsSync(program) ? { ok: true, program } : { ok: false, why: 'its runtime is not installed' }
  } catch {
    return { ok: false, why: 'its runtime is not installed' }
  }
}

/** The runtime that is here, or downloaded now by Electron's own installer, which checks its hash. */
export const obtainElectron = async (): Promise<ElectronRuntime> => {
  const installed = installedElectron()
  if (installed.ok || overridden()) return installed
  const installer = join(folder, 'install.js')
  if (!existsSync(installer)) return { ok: false, why: 'the electron package is not installed' }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  process.stderr.write(`Fetching the Electron ${version} runtime, once (about 110 MB; Ctrl-C stops)…\n`)
  const problem = await new Promise<string | null>((resolve) => {
    const child = spawn(process.execPath, [installer], { cwd: folder, stdio: ['ignore', 'inherit', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000)
    })
    const timer = setTimeout(() => child.kill(), downloadWithinMs)
    const ticker = setInterval(() => process.stderr.write('.'), 2000)
    const settle = (why: string | null) => {
      clearTimeout(timer)
      clearInterval(ticker)
      resolve(why)
    }
    child.on('error', (error) => settle(error.message))
    child.on('exit', (code, signal) => {
      if (code === 0) return settle(null)
      const lines = said.split('\n').map((text) => text.trim())
      // The network's own word says more than the "fetch failed" around it.
      const line =
        lines.find((text) => /ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|certificate|checksum/i.test(text)) ??
        lines.find((text) => /error/i.test(text))
      settle(
        signal
          ? 'it took too long'
          : line?.endsWith('fetch failed')
            ? "its server can't be reached"
            : (line?.replace(/^.*?Error: /, '') ?? `its installer ended with code ${code}`).slice(0, 160),
      )
    })
  })
  if (problem !== null) return { ok: false, why: `its runtime could not be downloaded: ${problem}` }
  return installedElectron()
}

/** Whether the runtime's sandbox helper can work for this user; root can never use it. */
export const sandboxFlags = (program: string): readonly string[] => {
  if (process.platform !== 'linux') return []
  if (process.getuid?.() === 0) return ['--no-sandbox']
  const helper = join(program, '..', 'chrome-sandbox')
  const hasHelper = existsSync(helper) && statSync(helper).uid === 0 && (statSync(helper).mode & 0o4000) !== 0
  // Without the set-uid helper Chromium uses user namespaces where the kernel allows them; it says so itself where not.
  return hasHelper ? [] : ['--disable-setuid-sandbox']
}
