import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { startSimulatedSite } from '../host-node/simulated-site.ts'
import { sendCommand } from '../simulator/control/control-client.ts'
import type { ControlAddress } from '../simulator/control/control-server.ts'
import type { PhysicalState } from '../simulator/control/physical-state.ts'
import type { BenchFigure, BenchResult } from './result.ts'

/** The small car park of assets/scenarios: both chargers fall to 8 A by themselves 60 s after their last limit. */
const fallbackA = 8
const watchdogS = 60
/** What a car needs to follow, and a look every second. */
const carS = 10
const smallSite = join(import.meta.dirname, '..', '..', 'assets', 'scenarios', 'small.yaml')
const launcher = join(import.meta.dirname, '..', 'launcher', 'run.mjs')
const readySchema = z.looseObject({
  control: z.object({ host: z.literal('127.0.0.1'), port: z.number(), token: z.string() }),
})

const wait = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms)
  })

const stateOf = async (control: ControlAddress): Promise<PhysicalState> => {
  const answer = await sendCommand(control, { command: 'state' })
  if (!answer.ok) throw new Error(answer.message)
  return answer.result as PhysicalState
}
const offered = async (control: ControlAddress): Promise<readonly number[]> =>
  Object.values((await stateOf(control)).chargers).map(({ offeredA }) => offeredA)
const drawn = async (control: ControlAddress): Promise<readonly number[]> =>
  Object.values((await stateOf(control)).chargers).map(({ currentA }) => Math.max(...Object.values(currentA)))

/** Every charger holds a limit of the product, and its car draws more than the fallback: something to fall from. */
const isSteered = async (control: ControlAddress): Promise<boolean> => {
  const chargers = Object.values((await stateOf(control)).chargers)
  return chargers.every(
    ({ setpointA, watchdogRemainingS, currentA }) =>
      (setpointA ?? 0) > fallbackA + 1 &&
      watchdogRemainingS > 0 &&
      Math.max(...Object.values(currentA)) > fallbackA + 1,
  )
}

/** Seconds until it holds; NaN where it does not within `mostS`. */
const secondsUntil = async (holds: () => Promise<boolean>, mostS: number): Promise<number> => {
  const from = performance.now()
  while (!(await holds())) {
    if (performance.now() - from > mostS * 1000) return NaN
    await wait(500)
  }
  return (performance.now() - from) / 1000
}

/** The product on this site in a process of its own, armed, with both cars charging above the fallback. */
const startArmed = async (siteFile: string, folder: string, control: ControlAddress): Promise<ChildProcess> => {
  const program = spawn(
    process.execPath,
    [launcher, 'monitor', '--site', siteFile, '--data', folder, '--arm', '--operator', 'Bench'],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  )
  const risenS = await secondsUntil(() => isSteered(control), 180)
  if (Number.isNaN(risenS)) {
    program.kill('SIGKILL')
    throw new Error('the chargers were not raised above their fallback within 180 s')
  }
  return program
}

const figure = (label: string, value: number, mostS: number): BenchFigure => ({
  label,
  value,
  unit: 's',
  target: `at most ${mostS} s`,
  met: value <= mostS,
})

const measure = async (siteFile: string, folder: string, control: ControlAddress): Promise<readonly BenchFigure[]> => {
  const mostS = watchdogS + carS
  const isSafe = async () => (await drawn(control)).every((amperes) => amperes <= fallbackA + 0.5)
  const results: BenchFigure[] = []

  const killed = await startArmed(siteFile, folder, control)
  killed.kill('SIGKILL')
  results.push(
    figure('kill -9 of the armed program to every car at the fallback', await secondsUntil(isSafe, 2 * mostS), mostS),
  )
  if (killed.exitCode === null && killed.signalCode === null) await once(killed, 'exit')

  const stopped = await startArmed(siteFile, folder, control)
  stopped.kill('SIGSTOP')
  results.push(
    figure('SIGSTOP of the armed program to every car at the fallback', await secondsUntil(isSafe, 2 * mostS), mostS),
  )
  const before = await offered(control)
  stopped.kill('SIGCONT')
  await wait(2000)
  const after = await offered(control)
  const roseA = Math.max(0, ...after.map((amperes, index) => amperes - (before[index] ?? 0)))
  results.push({
    label: 'risen within 2 s of going on, before everything was read anew',
    value: roseA,
    unit: 'A',
    target: '0 A',
    met: roseA < 0.5,
  })
  const again = await secondsUntil(() => isSteered(control), 180)
  if (Number.isNaN(again)) throw new Error('the chargers were not raised again within 180 s of going on')
  const ended = once(stopped, 'exit')
  stopped.kill('SIGTERM')
  const isLeftAt = async () => (await offered(control)).every((amperes) => amperes <= fallbackA + 0.5)
  results.push(figure('orderly end to every charger at the fallback', await secondsUntil(isLeftAt, 10), 4))
  await Promise.race([ended, wait(10_000)])
  stopped.kill('SIGKILL')
  return results
}

/** Real processes: the simulated chargers and the product; the product dies, hangs and ends. No figure is of this machine's speed. */
export const run = async (): Promise<BenchResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'process-death-'))
  const simulated = await startSimulatedSite(['--scenario', smallSite, '--seed', '3'])
  if (!simulated.ok) throw new Error(simulated.message)
  try {
    const { control } = readySchema.parse(simulated.site.ready)
    for (const charger of ['cp-1', 'cp-2']) {
      const answer = await sendCommand(control, { command: 'plug', charger, phases: 3, maximum: 16 })
      if (!answer.ok) throw new Error(answer.message)
    }
    const results = await measure(simulated.site.siteFile, folder, control)
    return {
      name: 'The program is killed, stopped and ended while armed (real processes, real chargers’ watchdogs)',
      results,
    }
  } finally {
    await simulated.site.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
