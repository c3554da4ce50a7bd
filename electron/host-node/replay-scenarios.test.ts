import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Caller } from '../../shared/api/define.ts'
import { playLines } from '../core/test-support/play-lines.ts'
import { systemClock } from '../io/clock.ts'
import { FaultRefused } from '../simulator/faults/define-fault.ts'
import { faultKinds, isFaultName } from '../simulator/faults/fault-kinds.ts'
import type { RunningSimulation } from '../simulator/start-simulator.ts'
import { runSimulator } from '../simulator/test-support/open-simulator.ts'
import { openCore } from './open-core.ts'

const caller: Caller = { role: 'operator', name: 'Test' }
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms)
  })

/** Where each fault can be, of a scenario. */
const targetsOf = ({ site: { site } }: RunningSimulation, target: string): readonly string[] => {
  const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id)
  switch (target) {
    case 'meter':
      return ids(site.meters)
    case 'charger':
      return ids(site.chargers)
    case 'meter or charger':
      return [...ids(site.meters), ...ids(site.chargers)]
    case 'circuit':
      return ids(site.circuits)
    case 'line':
    case 'serial line':
      return ids(site.lines)
    default:
      return ['']
  }
}

/** Switches a fault on at the first place that takes it, for a while; false where the scenario has no such place. */
const befall = async (running: RunningSimulation, name: string): Promise<boolean> => {
  if (!isFaultName(name)) return false
  const options = name === 'wrong-replies' ? { kind: 'exception' } : {}
  for (const target of targetsOf(running, faultKinds[name].target)) {
    try {
      await running.board.on(name, target, options)
      await pause(1300)
      await running.board.off(name, target)
      return true
    } catch (error) {
      if (!(error instanceof FaultRefused)) throw error
    }
  }
  return false
}

const names = ['small', 'sunspec', 'depot'] as const
type Name = (typeof names)[number]

/** Faults that need a kind of line, or a charger, which the scenario does not have. */
const cannotBefall: Readonly<Record<Name, readonly string[]>> = {
  depot: [],
  small: ['leakage', 'echo', 'line-noise', 'second-master', 'serial-unplug', 'ocpp-odd', 'ocpp-offline'],
  sunspec: ['leakage', 'charger-ignores-writes', 'rotated-socket', 'serial-unplug', 'ocpp-odd', 'ocpp-offline'],
}

/** One site armed on real ports, with every fault once; what it recorded, and the faults that found no place in it. */
const recordOf = async (name: Name): Promise<{ lines: readonly string[]; left: readonly string[] }> => {
  const running = await runSimulator(name)
  const folder = mkdtempSync(join(tmpdir(), 'tripscope-replay-'))
  try {
    const outcome = await openCore({
      clock: systemClock,
      log: quiet,
      siteFile: running.site.siteFile,
      dataFolder: folder,
      reopen: () => undefined,
    })
    if (!outcome.ok) throw new Error(outcome.message)
    const { core, close } = outcome.opened
    const lines: string[] = []
    core.onTapeLine((line) => lines.push(line))
    core.start()
    await pause(2500)
    const intentId = '00000000-0000-4000-8000-000000000001'
    if (running.site.site.chargers.length > 0)
      await core.handlers['control.arm']({ intentId, who: 'Test', reason: 'a test' }, caller)
    const left: string[] = []
    for (const fault of Object.keys(faultKinds)) if (!(await befall(running, fault))) left.push(fault)
    await close('the test is over')
    return { lines, left }
  } finally {
    await running.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('the replay law on real ports', () => {
  /** They wait most of their time, each on ports of its own: the two small ones together, then the depot, which needs the processor. */
  const records = new Map<Name, ReturnType<typeof recordOf>>()
  beforeAll(() => {
    records.set('small', recordOf('small'))
    records.set('sunspec', recordOf('sunspec'))
    const light = Promise.allSettled(records.values())
    records.set(
      'depot',
      light.then(() => recordOf('depot')),
    )
    // The test of each says what went wrong with it.
    for (const record of records.values()) record.catch(() => undefined)
  })

  it.each(names)(
    '%s, armed, with every fault once: what is played comes out as it was recorded, field by field',
    async (name) => {
      const record = await records.get(name)
      const { mismatch, turns, witnesses } = await playLines(record?.lines ?? [])
      expect(mismatch).toBeNull()
      expect(turns).toBeGreaterThan(50)
      expect(witnesses).toBeGreaterThan(15)
      expect(record?.left.filter((fault) => !cannotBefall[name].includes(fault))).toEqual([])
    },
    180_000,
  )
})
