import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { openControlServer, type ControlAddress } from './control/control-server.ts'
import { createFaultBoard, type FaultBoard } from './faults/fault-board.ts'
import { stepS } from './physics/world.ts'
import { loadScenario } from './scenario/load-scenario.ts'
import { openSimulatedSite, type SimulatedSite } from './simulated-site.ts'

export interface SimulatorOptions {
  readonly scenario: string
  readonly profiles: string
  /** Null: the scenario's. */
  readonly seed: number | null
  /** Null: a fresh one in the temp folder. */
  readonly folder: string | null
  /** World seconds per second. */
  readonly speed: number
}
export interface RunningSimulation {
  readonly site: SimulatedSite
  readonly board: FaultBoard
  readonly control: ControlAddress
  readonly ports: Readonly<Record<string, number | string>>
  stop(): Promise<void>
}
export type StartOutcome =
  | { readonly ok: true; readonly simulation: RunningSimulation }
  | { readonly ok: false; readonly problems: readonly string[] }

const tickMs = 50
/** After a laptop's sleep the world goes on from where it was rather than racing through the night. */
const mostStepsPerTick = 400

/** Takes our own file away, and the folder unless somebody has put something else there. */
const removeFolder = (folder: string, siteFile: string) => {
  rmSync(siteFile, { force: true })
  try {
    rmdirSync(folder)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'ENOENT')))
      throw error
  }
}

/** Loads the scenario, opens its lines and lets the world's time run. Throws only where the machine gives no port or folder. */
export const startSimulator = async (options: SimulatorOptions): Promise<StartOutcome> => {
  const loaded = loadScenario(options.scenario, options.profiles)
  if (!loaded.ok) return loaded
  const folder = options.folder === null ? mkdtempSync(join(tmpdir(), 'tripscope-site-')) : resolve(options.folder)
  mkdirSync(folder, { recursive: true })
  const site = await openSimulatedSite(loaded.loaded, {
    folder,
    seed: options.seed ?? loaded.loaded.scenario.simulation.seed,
    speed: options.speed,
  })
  const board = createFaultBoard(site)
  const control = await openControlServer(site, board)

  let lastMs = performance.now()
  let owedS = 0
  const timer = setInterval(() => {
    const nowMs = performance.now()
    owedS = Math.min(owedS + ((nowMs - lastMs) / 1000) * options.speed, mostStepsPerTick * stepS)
    lastMs = nowMs
    for (; owedS >= stepS; owedS -= stepS) {
      site.world.step()
      for (const front of site.waves.values()) front.step(Date.now())
    }
  }, tickMs)

  const ports = Object.fromEntries(
    [...site.buses, ...site.mbusBuses, ...site.waves].map(([id, { port }]) => [
      id,
      site.serialPorts.get(id)?.path ?? port,
    ]),
  )
  return {
    ok: true,
    simulation: {
      site,
      board,
      control: control.address,
      ports,
      stop: async () => {
        clearInterval(timer)
        await control.close()
        await site.close()
        if (options.folder === null) removeFolder(folder, site.siteFile)
      },
    },
  }
}
