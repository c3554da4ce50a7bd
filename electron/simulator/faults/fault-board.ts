import { z } from 'zod'
import type { SimulatedSite } from '../simulated-site.ts'
import { FaultRefused, type FaultKind, type Undo } from './define-fault.ts'
import { faultKinds, isFaultName } from './fault-kinds.ts'

export interface ActiveFault {
  readonly name: string
  /** Empty where the fault has no target. */
  readonly target: string
  readonly options: Readonly<Record<string, unknown>>
  /** Seconds of the world's time when it was switched on. */
  readonly sinceS: number
}

/** The faults that are on. A fault switched on again is first taken away, so its new options hold. */
export const createFaultBoard = (site: SimulatedSite) => {
  const active = new Map<string, { readonly fault: ActiveFault; readonly undo: Undo }>()
  const key = (name: string, target: string) => `${name} ${target}`.trim()
  const kindOf = (name: string): FaultKind => {
    if (!isFaultName(name))
      throw new FaultRefused(`no fault "${name}"; there are ${Object.keys(faultKinds).join(', ')}`)
    return faultKinds[name]
  }
  const off = async (name: string, target: string): Promise<boolean> => {
    kindOf(name)
    const found = active.get(key(name, target))
    if (!found) return false
    active.delete(key(name, target))
    await found.undo()
    return true
  }
  return {
    on: async (name: string, target: string, options: unknown): Promise<ActiveFault> => {
      const kind = kindOf(name)
      if (kind.target === 'none' && target !== '') throw new FaultRefused(`${name} takes no target, got "${target}"`)
      if (kind.target !== 'none' && target === '')
        throw new FaultRefused(`${name} needs a ${kind.target} as its target`)
      const parsed = kind.options.safeParse(options)
      if (!parsed.success) throw new FaultRefused(`${name}: ${z.prettifyError(parsed.error)}`)
      await off(name, target)
      const undo = await kind.apply(site, target, parsed.data)
      const fault = { name, target, options: parsed.data as ActiveFault['options'], sinceS: site.world.timeS() }
      active.set(key(name, target), { fault, undo })
      return fault
    },
    /** False where it was not on. */
    off,
    list: (): readonly ActiveFault[] => {
      // A dip is over when its time is, without anybody switching it off.
      for (const [name, { fault }] of active) {
        if (fault.name === 'dip' && site.world.timeS() > fault.sinceS + Number(fault.options['ms']) / 1000)
          active.delete(name)
      }
      return [...active.values()].map(({ fault }) => fault)
    },
  }
}
export type FaultBoard = ReturnType<typeof createFaultBoard>
