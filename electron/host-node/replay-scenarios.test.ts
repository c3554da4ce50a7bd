import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Caller } from '../../shared/api/define.ts'
import { playLines } from '../core/test-support/play-lines.ts'
import { systemClock } from '../io/clock.ts'
import { FaultRefused } from '../simulator/faults/define-fault.ts'
import { faultKinds, isFaultName } from '../simulator/faults/fault-kinds.ts'
import type { RunningSimulation } from '../simulator/start-simulator.ts'
import { openSimulator } from '../simulator/test-support/open-simulator.ts'
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

/** Faults that need a kind of line, or a charger, which the scenario does not have. */
const cannotBefall: Readonly<Record<'depot' | 'small' | 'sunspec', readonly string[]>> = {
  depot: [],
  small: ['leakage', 'echo', 'line-noise', 'second-master', 'serial-unplug', 'ocpp-odd', 'ocpp-offline'],
  sunspec: ['leakage', 'charger-ignores-writes', 'rotated-socket', 'serial-unplug', 'ocpp-odd', 'ocpp-offline'],
}

describe('the replay law on real ports', () => {
  it.each(['depot', 'small', 'sunspec'] as const)(
    '%s, armed, with every fault once: what is played comes out as it was recorded, field by field',
    async (name) => {
      const running = await openSimulator(name)
      const folder = mkdtempSync(join(tmpdir(), 'tripscope-replay-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
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
      const { mismatch, turns, witnesses } = await playLines(lines)
      expect(mismatch).toBeNull()
      expect(turns).toBeGreaterThan(50)
      expect(witnesses).toBeGreaterThan(15)
      expect(left.filter((fault) => !cannotBefall[name].includes(fault))).toEqual([])
    },
    180_000,
  )
})
