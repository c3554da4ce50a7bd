import { describe, expect, it } from 'vitest'
import type { OverrideCondition, OverrideScope } from '../../../shared/model/override.ts'
import { createPlant, depot, profile } from './test-support/plant.ts'

let intents = 0
const wish = (
  scope: OverrideScope,
  limitA: number,
  more: { who?: string; ttlS?: number; conditions?: OverrideCondition[] } = {},
) => ({
  intentId: `permit-${(intents += 1)}`,
  scope,
  limitA,
  ttlS: 600,
  reason: 'work on the feeder',
  who: 'Ann',
  ...more,
})
const feeder: OverrideScope = { kind: 'circuit', id: 'f1' }
const cp1: OverrideScope = { kind: 'charger', id: 'cp1' }
const pair: OverrideScope = { kind: 'group', name: 'Guests', ids: ['cp1', 'cp2'] }

const armed = async (settleS = 30) => {
  const plant = createPlant({ site: depot(), profile: profile() })
  for (let index = 1; index <= 6; index += 1) plant.plugIn(`cp${index}`)
  await plant.run(4)
  await plant.arm()
  await plant.run(settleS)
  return plant
}
const named = async (plant: Awaited<ReturnType<typeof armed>>, id: string) =>
  plant.controller.state().overrides.find((override) => override.id === id)

describe('an override of several chargers', () => {
  it('holds each of them, is verified when all are, and every step is audited under its name', async () => {
    const plant = await armed()
    const made = await plant.controller.setOverride(wish(pair, 8, { ttlS: 60 }))
    await plant.run(3)
    expect(await named(plant, made.id)).toMatchObject({ state: 'verified', effectiveA: 8 })
    expect([plant.charger('cp1').limitA, plant.charger('cp2').limitA]).toEqual([8, 8])
    expect(plant.last().chargers['cp2']?.why).toBe('8 A: override at 8 A on Guests (2 chargers) by Ann')
    await plant.run(60)
    expect(await named(plant, made.id)).toMatchObject({ state: 'expired', chargers: [] })
    expect(plant.audit.filter(({ subject }) => subject === 'Guests').map(({ action }) => action)).toEqual([
      'override-pending',
      'override-written',
      'override-verified',
      'override-expired',
    ])
  })
  it('is refused where one of them is not of the site, or cannot take the limit', async () => {
    const plant = await armed(2)
    const odd: OverrideScope = { kind: 'group', name: 'Odd', ids: ['cp1', 'cp99'] }
    expect(await plant.controller.setOverride(wish(odd, 8))).toMatchObject({
      state: 'refused',
      why: 'there is no charger cp99 at this site',
    })
    expect((await plant.controller.setOverride(wish(pair, 4))).why).toContain('below the minimum of cp1')
  })
})

describe('an override of a circuit', () => {
  it('is what a phase of it may carry in all, for as long as it runs', async () => {
    const plant = await armed()
    const made = await plant.controller.setOverride(wish(feeder, 30))
    await plant.run(15)
    expect(await named(plant, made.id)).toMatchObject({ state: 'verified' })
    await plant.run(60, () => {
      for (const phase of ['L1', 'L2', 'L3'] as const) expect(plant.current('f1', phase)).toBeLessThanOrEqual(30.5)
    })
    expect(plant.last().chargers['cp1']?.boundBy[0]).toMatchObject({ kind: 'override', circuitId: 'f1' })
    expect(plant.last().chargers['cp1']?.why).toContain('30 A by an override of Ann')
    plant.buildingA['f1'] = { L1: 0, L2: 40, L3: 0 }
    await plant.run(12)
    expect(await named(plant, made.id)).toMatchObject({ state: 'failed' })
    expect((await named(plant, made.id))?.why).toContain('other load')
  })
  it('of 0 pauses every charger below it and no other; one that only raises is refused', async () => {
    const plant = await armed()
    await plant.controller.setOverride(wish(feeder, 0))
    await plant.run(3)
    expect(plant.charger('cp1').limitA).toBe(0)
    expect(plant.target('cp6')).toBeGreaterThan(0)
    expect(await plant.controller.setOverride(wish(feeder, 400))).toMatchObject({ state: 'refused' })
  })
})

describe('two overrides on one charger', () => {
  it('the lower limit holds, the other says that it yields and to whom, and holds again afterwards', async () => {
    const plant = await armed()
    const one = await plant.controller.setOverride(wish(cp1, 16, { who: 'Ben' }))
    const other = await plant.controller.setOverride(wish(pair, 8))
    await plant.run(4)
    expect(await named(plant, one.id)).toMatchObject({
      state: 'yielding',
      why: '8 A on Guests (2 chargers) by Ann is the lower limit, and holds',
      chargers: [{ chargerId: 'cp1', yieldsTo: other.id }],
    })
    expect(plant.last().chargers['cp1']?.why).toContain('by Ann (16 A by Ben yields to it)')
    await plant.controller.cancelOverride({ overrideId: other.id, who: 'Ann', reason: 'done' })
    await plant.run(60)
    expect(await named(plant, one.id)).toMatchObject({ state: 'verified', effectiveA: 16 })
    const steps = plant.audit.filter(({ subject }) => subject === 'cp1').map(({ action }) => action)
    expect(steps).toContain('override-yielding')
    expect(steps.at(-1)).toBe('override-verified')
  })
  it('of a group says where it holds and where not', async () => {
    const plant = await armed()
    const group = await plant.controller.setOverride(wish(pair, 12))
    const single = await plant.controller.setOverride(wish(cp1, 7))
    await plant.run(20)
    expect((await named(plant, group.id))?.chargers).toMatchObject([
      { chargerId: 'cp1', yieldsTo: single.id },
      { chargerId: 'cp2', yieldsTo: null, state: 'verified' },
    ])
    expect(plant.audit.map(({ action }) => action)).toContain('override-yields')
  })
})

describe('an override on a condition', () => {
  const broken: readonly [string, OverrideCondition, (plant: Awaited<ReturnType<typeof armed>>) => void][] = [
    [
      'a meter is not believed any more',
      { kind: 'meter-believed', meterId: 'm2' },
      (plant) => plant.deadMeters.add('m2'),
    ],
    ['the vehicle leaves', { kind: 'vehicle-stays', chargerId: 'cp1' }, (plant) => plant.unplug('cp1')],
    [
      'another charger draws too much',
      { kind: 'charger-below', chargerId: 'cp2', amperes: 20 },
      (plant) => void (plant.charger('cp2').car = { status: 'charging', maximumA: 26, phases: ['L2'], stubborn: true }),
    ],
    ['the window says nothing any more', { kind: 'window-open' }, () => undefined],
  ]
  it.each(broken)('reverts when %s, in words that say so', async (_name, condition, breakIt) => {
    const plant = await armed()
    const made = await plant.controller.setOverride(wish(cp1, 7, { conditions: [condition] }))
    await plant.run(5)
    expect(await named(plant, made.id)).toMatchObject({ state: 'verified' })
    breakIt(plant)
    await plant.run(32)
    expect(await named(plant, made.id)).toMatchObject({ state: 'reverted' })
    expect((await named(plant, made.id))?.why).toMatch(/it held while|window/)
    expect(plant.audit.map(({ action }) => action)).toContain('override-reverted')
  })
  it('holds for as long as its window says that it is open', async () => {
    const plant = await armed(2)
    const made = await plant.controller.setOverride(wish(cp1, 7, { conditions: [{ kind: 'window-open' }] }))
    for (let beat = 0; beat < 9; beat += 1) {
      await plant.run(10)
      await plant.controller.renewOverrides({ overrideIds: [made.id], who: 'Ann' })
    }
    expect(await named(plant, made.id)).toMatchObject({ state: 'verified' })
  })
  it('is refused where the condition does not hold, cannot be seen, or names nothing of this site', async () => {
    const plant = await armed(30)
    const ask = async (condition: OverrideCondition) =>
      (await plant.controller.setOverride(wish(cp1, 7, { conditions: [condition] }))).why
    expect(await ask({ kind: 'charger-below', chargerId: 'cp2', amperes: 1 })).toMatch(
      /does not hold now.*cp2 draws less than 1 A/,
    )
    expect(await ask({ kind: 'margin-below', circuitId: 'f1', percent: 80 })).toContain('no thermal image')
    expect(await ask({ kind: 'meter-believed', meterId: 'm9' })).toContain('meter m9, which this site does not have')
  })
})

describe('the preview of an override', () => {
  const never = () => null
  it('changes nothing, and is what the override comes to', async () => {
    const plant = await armed()
    const before = JSON.stringify(plant.controller.state().overrides)
    const preview = plant.controller.previewOverride({ scope: cp1, limitA: 32 }, never)
    expect(JSON.stringify(plant.controller.state().overrides)).toBe(before)
    const then = preview?.chargers.find(({ chargerId }) => chargerId === 'cp1')?.thenA ?? 0
    await plant.controller.setOverride(wish(cp1, 32))
    await plant.run(90)
    expect(plant.target('cp1')).toBe(then)
    for (const { thenA, limitA } of preview?.places ?? []) expect(thenA ?? 0).toBeLessThanOrEqual(limitA + 1e-6)
  })
  it('says by whom the charger is held, what the ceiling is, and where the whole would trip', async () => {
    const plant = await armed()
    await plant.controller.setOverride(wish(pair, 8))
    const preview = plant.controller.previewOverride({ scope: cp1, limitA: 400 }, (circuitId, phase, amperes) => ({
      earlyS: circuitId === 'f1' && phase === 'L2' && amperes > 100 ? 1080 : null,
    }))
    expect(preview?.chargers.find(({ chargerId }) => chargerId === 'cp1')).toMatchObject({ heldBy: 'Ann', thenA: 8 })
    const at = preview?.places.find(({ circuitId, phase }) => circuitId === 'f1' && phase === 'L2')
    expect(at?.askedTrip).toEqual({ earlyS: 1080 })
    expect(at?.thenTrip).toEqual({ earlyS: null })
  })
  it('of what would be refused says why', async () => {
    const plant = await armed(2)
    expect(plant.controller.previewOverride({ scope: cp1, limitA: 3 }, never)?.refused).toContain('below the minimum')
  })
})
