import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../shared/test-support/seeded-random.ts'
import { createPlant, depot } from './test-support/plant.ts'
import { holderAt, isRunning, type OverrideScope } from '../../../shared/model/override.ts'

/**
 * Random sequences of what persons do and what befalls a site, against a reference model of a few lines: is control armed, and which override
 * runs at which charger until when. `npm run fuzz` runs 10,000 sequences.
 */
const wanted = process.env['TRIPSCOPE_FUZZ']
const sequences = wanted === undefined ? 40 : Math.max(40, Math.floor(Number(wanted) / 100))
const steps = 30
const ids = ['cp1', 'cp2', 'cp3', 'cp4']
const operator = { who: 'Operator', reason: 'test' }

const keyOf = (scope: OverrideScope): string => `${scope.kind} ${scope.kind === 'group' ? scope.name : scope.id}`
const concerned = (scope: OverrideScope): readonly string[] =>
  scope.kind === 'charger' ? [scope.id] : scope.kind === 'group' ? scope.ids : ids.slice(0, 2)

interface Model {
  isArmed: boolean
  /** By scope: what it concerns, at most how much each, and until when. */
  readonly overrides: Map<
    string,
    { readonly ids: readonly string[]; readonly limitA: number; readonly untilMs: number }
  >
}

const play = async (seed: number): Promise<void> => {
  const rnd = seededRandom(seed)
  const plant = createPlant({ site: depot({ chargers: 4 }), seed })
  const model: Model = { isArmed: false, overrides: new Map() }
  const pick = <T>(items: readonly T[]): T => items[Math.floor(rnd() * items.length)] as T
  const now = () => plant.clock.monotonicMs()
  const runs = () => plant.controller.state().overrides.filter(isRunning)
  /** What reached the chargers' registers; rows of the record may still settle after it. */
  const written = () => ids.reduce((sum, id) => sum + plant.charger(id).writes.length, 0)
  let intents = 0
  const intent = () => ({ ...operator, intentId: `i${(intents += 1)}` })

  const act: Record<string, () => Promise<void>> = {
    arm: async () => {
      await plant.controller.arm(intent())
      model.isArmed = true
    },
    disarm: async () => {
      const disarmed = plant.controller.disarm(intent())
      await plant.run(4)
      await disarmed
      model.isArmed = false
      model.overrides.clear()
    },
    override: async () => {
      const id = pick(ids)
      const scope = pick<OverrideScope>([
        { kind: 'charger', id },
        { kind: 'charger', id },
        { kind: 'group', name: pick(['North', 'South']), ids: [id, pick(ids)] },
        { kind: 'circuit', id: 'f1' },
      ])
      const limitA = scope.kind === 'circuit' ? 0 : pick([0, 3, 6, 10, 16, 400])
      const ttlS = pick([10, 20, 60])
      const made = await plant.controller.setOverride({ ...intent(), scope, limitA, ttlS })
      const isPossible = model.isArmed && limitA !== 3
      expect(made.state !== 'refused').toBe(isPossible)
      if (isPossible) model.overrides.set(keyOf(scope), { ids: concerned(scope), limitA, untilMs: now() + ttlS * 1000 })
    },
    cancel: async () => {
      const [running] = runs()
      if (running === undefined) return
      await plant.controller.cancelOverride({ ...intent(), overrideId: running.id })
      model.overrides.delete(keyOf(running.scope))
    },
    fault: async () => {
      plant.charger(pick(ids)).fault = pick(['none', 'refuse', 'ignore', 'silent'])
    },
    meter: async () => {
      if (plant.deadMeters.size > 0) plant.deadMeters.clear()
      else plant.deadMeters.add(pick(['m0', 'm1']))
    },
    rival: async () => {
      plant.charger(pick(ids)).limitA = 32
    },
    car: async () => {
      const id = pick(ids)
      if (plant.charger(id).car === null) plant.plugIn(id)
      else plant.unplug(id)
    },
    standstill: async () => {
      plant.standStill(pick([3, 20]))
    },
    restart: async () => {
      plant.restart()
      model.isArmed = false
      model.overrides.clear()
    },
  }

  for (let step = 0; step < steps; step += 1) {
    const name = pick(Object.keys(act))
    await act[name]?.()
    const writesBefore = written()
    await plant.run(2)
    for (const [id, { untilMs }] of model.overrides) if (now() >= untilMs + 1000) model.overrides.delete(id)
    const context = `seed ${seed}, step ${step}, ${name}`
    const state = plant.controller.state()
    expect(state.mode === 'armed', context).toBe(model.isArmed)
    if (!model.isArmed) expect(written(), `${context}: nothing is written`).toBe(writesBefore)
    for (const running of runs()) {
      // One whose time ends in this very second may have ended already, or not yet.
      const expected = model.overrides.get(keyOf(running.scope))
      expect(running.limitA, context).toBe(expected?.limitA ?? running.limitA)
      if (expected === undefined) continue
      expect(running.chargers.map(({ chargerId }) => chargerId).sort(), context).toEqual(
        [...new Set(expected.ids)].sort(),
      )
      for (const at of running.chargers) {
        if (at.state === 'failed') continue
        expect(plant.last().chargers[at.chargerId]?.targetA ?? 0, context).toBeLessThanOrEqual(running.limitA + 1e-6)
        // What yields does so to one that runs, holds there itself and asks for no more.
        const holder = at.yieldsTo === null ? running : runs().find(({ id }) => id === at.yieldsTo)
        expect(holder?.limitA ?? Infinity, context).toBeLessThanOrEqual(running.limitA)
        expect(holderAt(runs(), at.chargerId)?.id, context).toBe(holder?.id)
      }
    }
    for (const [key, { untilMs }] of model.overrides)
      if (now() < untilMs - 1000)
        expect(
          runs().map(({ scope }) => keyOf(scope)),
          context,
        ).toContain(key)
    expect(new Set(runs().map(({ scope }) => keyOf(scope))).size, `${context}: one override a scope`).toBe(
      runs().length,
    )
    if (!model.isArmed) expect(runs(), context).toEqual([])
  }
  expect(plant.audit.filter(({ action }) => action === 'arm').length).toBeLessThanOrEqual(steps)
}

describe('sequences of arm, override, expiry, fault, standstill, restart and second master', () => {
  it.each(Array.from({ length: 4 }, (_, part) => part))(
    'follow the reference model, part %d',
    async (part) => {
      for (let seed = part + 1; seed <= sequences; seed += 4) await play(seed)
    },
    3_600_000,
  )
})
