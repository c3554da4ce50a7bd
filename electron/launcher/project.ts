import { spawn, type SpawnOptions } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')
/** The type checker: two packages bring a program of this name, and which of them npm links is chance. */
export const typeChecker = join(root, 'node_modules', 'typescript-native', 'bin', 'tsc')

export const bin = (name: string): string =>
  join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)

/** The full path of a program on PATH, or null. */
export const findProgram = (name: string): string | null => {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not in this folder.
    }
  }
  return null
}

/**
 * For our own programs: what Node compiled of them is kept for the next start, which is a third of the work of a start. A folder that
 * cannot be written costs nothing but that.
 */
export const keepingCompiled = (): NodeJS.ProcessEnv => ({
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled'),
  ...process.env,
})

/** Runs a program with our terminal as its own; resolves with its exit code (128 + signal as shells count). */
export const run = (command: string, args: readonly string[], options: SpawnOptions = {}): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(command, [...args], {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32' && command.endsWith('.cmd'),
      ...options,
    })
    // Ctrl-C reaches the child by itself, as part of our process group; we stay to give its exit code.
    const ignore = () => undefined
    const forward = () => child.kill('SIGTERM')
    process.on('SIGINT', ignore)
    process.on('SIGTERM', forward)
    const settle = (code: number) => {
      process.off('SIGINT', ignore)
      process.off('SIGTERM', forward)
      resolve(code)
    }
    child.on('error', (error) => {
      process.stderr.write(`${command} can't be started: ${error.message}\n`)
      settle(127)
    })
    child.on('exit', (code, signal) => settle(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1)))
  })

export const hasDisplay = (): boolean =>
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? '') || Boolean(process.env['WAYLAND_DISPLAY'] ?? '')

export const isRoot = (): boolean => process.getuid?.() === 0
