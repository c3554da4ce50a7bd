import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { ControlAddress } from './control-server.ts'

/** One file per running simulator, for the same user's commands to find it; it holds the token, so nobody else may read it. */
const folder = () => join(tmpdir(), `tripscope-simulators-${userInfo().username.replace(/[^\w.-]/g, '_')}`)

const runningSchema = z.object({
  pid: z.number().int(),
  startedMs: z.number(),
  site: z.string(),
  control: z.object({ host: z.literal('127.0.0.1'), port: z.number().int(), token: z.string() }),
})
export type RunningSimulator = Readonly<z.infer<typeof runningSchema>>

/** Announces this process; the returned function takes it back. */
export const announceRunning = (control: ControlAddress, site: string): (() => void) => {
  mkdirSync(folder(), { recursive: true, mode: 0o700 })
  // In a temp folder that all users share, somebody else may have made it first.
  if (process.getuid && statSync(folder()).uid !== process.getuid())
    throw new Error(`${folder()} belongs to another user: remove it`)
  const file = join(folder(), `${process.pid}.json`)
  writeFileSync(
    file,
    JSON.stringify({ pid: process.pid, startedMs: Date.now(), site, control } satisfies RunningSimulator),
    { mode: 0o600 },
  )
  return () => rmSync(file, { force: true })
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const readRunning = (file: string): RunningSimulator | null => {
  try {
    const parsed = runningSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    // Half written, or taken back just now.
    return null
  }
}

/** Simulators of this user that run, the latest first. Files of those that were killed are removed. */
export const findRunning = (): RunningSimulator[] => {
  let names: string[]
  try {
    names = readdirSync(folder())
  } catch {
    // No simulator has ever run here.
    return []
  }
  const running = names.flatMap((name) => {
    const file = join(folder(), name)
    const found = readRunning(file)
    if (found && isAlive(found.pid)) return [found]
    if (found) rmSync(file, { force: true })
    return []
  })
  return running.sort((a, b) => b.startedMs - a.startedMs)
}
