import { describe, expect, it } from 'vitest'
import type { ControlState } from '../../../shared/model/decision.ts'
import type { Override } from '../../../shared/model/override.ts'
import { createPlant, depot, random } from './test-support/plant.ts'

const operator = { who: 'Operator', reason: 'test' }

/** A store whose audit rows take as long as the test says, or fail. */
const slowStore = () => {
  const waiting: { readonly action: string; settle: (error?: Error) => void }[] = []
  return {
    waiting,
    audit: (row: { readonly action: string }) =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ action: row.action, settle: (error) => (error === undefined ? resolve() : reject(error)) })
      }),
  }
}

describe('a disarm', () => {
  it('right after an arm wins, although the audit row of the arm comes later', async () => {
    const store = slowStore()
    const plant = createPlant({ site: depot(), audit: store.audit })
    await plant.run(4)
    const arming = plant.controller.arm({ ...operator, intentId: 'a' })
    const refused = expect(arming).rejects.toThrow('control was not armed: Operator disarmed it meanwhile (never mind)')
    await plant.clock.settle()
    const answer = await plant.controller.disarm({ who: 'Operator', reason: 'never mind', intentId: 'd' })
    expect(answer.mode).toBe('monitoring')
    for (const row of store.waiting) row.settle()
    await plant.run(5)
    await refused
    expect(plant.controller.state().mode).toBe('monitoring')
    expect(plant.writes).toEqual([])
    // The next start must not take this for a program that ended while armed.
    expect(store.waiting.map(({ action }) => action)).toEqual(['arm', 'disarm'])
    expect(plant.events.map(({ kind }) => kind)).toEqual(['disarmed'])
    // The same arm once more is a resend from before the disarm, not a new wish.
    await expect(plant.controller.arm({ ...operator, intentId: 'a' })).rejects.toThrow('disarmed it meanwhile')
    expect(plant.controller.state().mode).toBe('monitoring')
  })

  it('in the same moment as an arm leaves nothing of it, not even a row', async () => {
    const plant = createPlant({ site: depot() })
    await plant.run(4)
    const refused = expect(plant.controller.arm({ ...operator, intentId: 'a' })).rejects.toThrow(
      'disarmed it meanwhile',
    )
    expect((await plant.controller.disarm(operator)).mode).toBe('monitoring')
    await refused
    expect(plant.audit).toEqual([])
  })

  it('counts although no audit row can be stored', async () => {
    const store = slowStore()
    const plant = createPlant({ site: depot(), audit: store.audit })
    await plant.run(4)
    const arming = plant.controller.arm(operator)
    const refused = expect(arming).rejects.toThrow('could not be stored')
    await plant.clock.settle()
    await plant.controller.disarm(operator)
    for (const row of store.waiting) row.settle(new Error('disk full'))
    await refused
    await plant.run(3)
    expect(plant.controller.state().mode).toBe('monitoring')
  })

  it('calls off an arm that waits for the farewell before it', async () => {
    const plant = createPlant({ site: depot() })
    await plant.run(4)
    await plant.arm()
    await plant.run(5)
    plant.charger('cp1').fault = 'silent'
    const leaving = plant.controller.disarm(operator)
    const refused = expect(plant.arm()).rejects.toThrow('disarmed it meanwhile')
    const again = plant.controller.disarm({ ...operator, reason: 'I mean it' })
    await plant.run(6)
    expect((await leaving).mode).toBe('monitoring')
    expect((await again).mode).toBe('monitoring')
    await refused
    expect(plant.controller.state().mode).toBe('monitoring')
  })

  it('is not answered with what another method did under the same intent id, nor swallowed as a repeat', async () => {
    const plant = createPlant({ site: depot() })
    plant.plugIn('cp1')
    await plant.run(4)
    await plant.arm()
    await plant.run(5)
    const made = await plant.controller.setOverride({
      ...operator,
      intentId: 'same',
      chargerId: 'cp1',
      limitA: 8,
      ttlS: 60,
    })
    expect(made.scope).toEqual({ kind: 'charger', id: 'cp1' })
    const first = plant.controller.disarm({ ...operator, intentId: 'same' })
    await plant.run(3)
    expect((await first).mode).toBe('monitoring')
    await plant.arm()
    await plant.run(2)
    const second = plant.controller.disarm({ ...operator, intentId: 'same' })
    await plant.run(3)
    expect((await second).mode).toBe('monitoring')
  })

  it('of another person under the same id is another intent', async () => {
    const plant = createPlant({ site: depot() })
    await plant.run(4)
    await plant.arm()
    await plant.run(2)
    const set = (who: string, limitA: number) =>
      plant.controller.setOverride({ who, reason: 'test', intentId: 'x', chargerId: 'cp1', limitA, ttlS: 60 })
    expect((await set('A', 8)).limitA).toBe(8)
    expect((await set('B', 9)).limitA).toBe(9)
    expect((await set('A', 8)).who).toBe('A')
  })
})

interface Told {
  readonly call: number
  readonly method: 'arm' | 'disarm' | 'set' | 'cancel'
}

/**
 * The model: control is what the last of the arms and disarms wanted, in the order in which they were asked for. An arm sent again
 * under its id is no new wish; a disarm always is one.
 */
const interleave = async (seed: number): Promise<string[]> => {
  const rnd = random(seed)
  const wrong: string[] = []
  const pending: (() => void)[] = []
  const failed = new Set<number>()
  let rows = 0
  const plant = createPlant({
    site: depot({ chargers: 2 }),
    audit: () =>
      new Promise<void>((resolve, reject) => {
        const row = (rows += 1)
        const settle = () => (failed.has(row) ? reject(new Error('disk full')) : resolve())
        if (rnd() < 0.15) failed.add(row)
        if (rnd() < 0.3) settle()
        else pending.push(settle)
      }),
  })
  await plant.run(3)
  let calls = 0
  let lastMethod: Told['method'] | null = null
  /** The last call that asked for a mode, and whether the arm among them was refused for its audit row. */
  let last: { readonly call: number; readonly wants: 'armed' | 'monitoring'; refused: boolean } | null = null
  const used = new Map<string, string>()
  const idFor = (method: string): { intentId: string; isNew: boolean } => {
    const intentId = `i${Math.floor(rnd() * 12)}`
    const key = `${method} ${intentId}`
    const isNew = !used.has(key)
    used.set(key, method)
    return { intentId, isNew }
  }
  const answers: Promise<void>[] = []
  const act = (): void => {
    const call = (calls += 1)
    const dice = rnd()
    if (dice < 0.35) {
      const { intentId, isNew } = idFor('arm')
      const mine = isNew ? { call, wants: 'armed' as const, refused: false } : null
      if (mine !== null) last = mine
      lastMethod = 'arm'
      answers.push(
        plant.controller.arm({ ...operator, intentId }).then(
          (state: ControlState) => {
            if (state.overrides === undefined) wrong.push(`call ${call}: an arm was answered with something else`)
          },
          (error: unknown) => {
            if (String(error).includes('could not be stored')) {
              if (mine !== null) mine.refused = true
              // A failed intent may be tried again.
              used.delete(`arm ${intentId}`)
            }
          },
        ),
      )
    } else if (dice < 0.7) {
      const { intentId } = idFor('disarm')
      last = { call, wants: 'monitoring', refused: false }
      lastMethod = 'disarm'
      const mine = call
      answers.push(
        plant.controller.disarm({ ...operator, intentId }).then((state: ControlState) => {
          if (last?.call === mine && state.mode !== 'monitoring')
            wrong.push(`call ${call}: a disarm was answered with ${JSON.stringify(state.mode)}`)
        }),
      )
    } else if (dice < 0.9) {
      const { intentId } = idFor('set')
      answers.push(
        plant.controller
          .setOverride({ ...operator, intentId, chargerId: 'cp1', limitA: 8, ttlS: 60 })
          .then((made: Override) => {
            if (made.scope.kind !== 'charger' || made.scope.id !== 'cp1')
              wrong.push(`call ${call}: an override was answered with something else`)
          }),
      )
    } else {
      const overrideId = plant.controller.state().overrides.at(-1)?.id ?? 'none'
      const { intentId } = idFor('cancel')
      answers.push(
        plant.controller.cancelOverride({ ...operator, intentId, overrideId }).then(
          (ended: Override) => {
            if (ended.scope.kind !== 'charger') wrong.push(`call ${call}: a cancel was answered with something else`)
          },
          (error: unknown) => {
            if (!String(error).includes('there is no override')) throw error
          },
        ),
      )
    }
  }
  for (let index = 0; index < 25; index += 1) {
    act()
    if (rnd() < 0.5) continue
    if (rnd() < 0.5) pending.splice(Math.floor(rnd() * pending.length), 1)[0]?.()
    await plant.clock.advance(rnd() < 0.5 ? 0 : Math.floor(rnd() * 1500))
  }
  for (let round = 0; round < 8; round += 1) {
    for (const settle of pending.splice(0)) settle()
    await plant.run(1)
  }
  await Promise.all(answers)
  const outcome = last as { call: number; wants: string; refused: boolean } | null
  const mode = plant.controller.state().mode
  if (outcome?.wants === 'monitoring' && mode !== 'monitoring')
    wrong.push(`armed after a disarm (call ${outcome.call} of ${calls}, ${String(lastMethod)} last)`)
  if (outcome?.wants === 'armed' && !outcome.refused && mode !== 'armed')
    wrong.push(`not armed although the last wish was to arm (call ${outcome.call} of ${calls})`)
  const before = plant.writes.length
  await plant.run(5)
  if (mode === 'monitoring' && plant.writes.length > before) wrong.push('written to a charger while monitoring')
  return wrong
}

describe('arming, disarming and overriding in any order, with late or lost audit rows and repeated ids', () => {
  it('ends as the last wish says, and every answer is of its own method', async () => {
    for (let seed = 1; seed <= 200; seed += 1) expect(await interleave(seed), `seed ${seed}`).toEqual([])
  })
})
