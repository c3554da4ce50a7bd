import { describe, expect, it } from 'vitest'
import type { Caller } from '../../../../shared/api/define.ts'
import { siteAbilities } from '../../../../shared/charger/abilities-of.ts'
import { perPhase } from '../../../../shared/model/phase.ts'
import { createPlant, depot, profile } from '../test-support/plant.ts'
import { small as switchingSite } from '../test-support/switching-depot.ts'
import { createRunClock, runClosedLoop } from './closed-loop.ts'
import { ownSteering } from './steer.ts'
import type { Stretch } from './stretch.ts'
import { createWhatIfPart } from './what-if-part.ts'

const caller: Caller = { role: 'viewer', name: 'Test' }
const chargerProfile = profile({ terminals: [1, 2, 3] })

describe('the closed loop', () => {
  const { site } = createPlant({ site: depot({ chargers: 4, control: { margin: 0.95 } }), profile: chargerProfile })
  const abilities = siteAbilities(site, new Map([[chargerProfile.id, chargerProfile]]))
  const stretch: Stretch = {
    startMs: Date.UTC(2026, 10, 28),
    seconds: 300,
    loads: new Map([
      ['main', [{ fromS: 0, amperes: perPhase(() => 20) }]],
      [
        'f1',
        [
          { fromS: 0, amperes: perPhase(() => 10) },
          { fromS: 150, amperes: perPhase(() => 40) },
        ],
      ],
    ]),
    cars: ['cp1', 'cp2', 'cp3', 'cp4'].map((chargerId) => ({
      chargerId,
      fromS: 10,
      toS: 290,
      phases: ['L1', 'L2', 'L3'] as const,
      maximumA: 32,
      energyKWh: Infinity,
    })),
  }
  it('keeps limits but for the seconds a car needs, and counts what an independent sum counts', () => {
    const clock = createRunClock(stretch.startMs)
    const outcome = runClosedLoop(site, stretch, ownSteering(site, abilities, clock), clock)
    expect(outcome.longestOverS).toBeLessThanOrEqual(12)
    expect(outcome.trips).toBe(0)
    expect(outcome.energyKWh).toBeGreaterThan(1.5)
    const free = runClosedLoop(
      site,
      stretch,
      { loopS: 1, step: () => ({ cp1: 32, cp2: 32, cp3: 32, cp4: 32 }) },
      createRunClock(stretch.startMs),
    )
    // 4 cars x 32 A x 3 phases x 230 V for 280 s, less what the ramps take.
    expect(free.energyKWh).toBeLessThan((4 * 32 * 3 * 230 * 280) / 3.6e6)
    expect(free.energyKWh).toBeGreaterThan((4 * 32 * 3 * 230 * 262) / 3.6e6)
    expect(free.overAs).toBeGreaterThan(5000)
  })
  it('switches between one phase and three by the same machine, paused for it, and delivers what three had no room for', () => {
    const play = (phasesOfSwitching: 'auto' | 'fixed') => {
      const switched = createPlant({
        site: switchingSite({ phases: phasesOfSwitching }),
        profile: profile({ terminals: [1, 2, 3], switches: true }),
      }).site
      const able = siteAbilities(switched, new Map([['test', profile({ terminals: [1, 2, 3], switches: true })]]))
      const clock = createRunClock(stretch.startMs)
      const narrow: Stretch = {
        ...stretch,
        seconds: 400,
        loads: new Map([['f1', [{ fromS: 0, amperes: { L1: 38, L2: 5, L3: 38 } }]]]),
        cars: [{ ...stretch.cars[0]!, chargerId: 'cp2', fromS: 5, toS: 400 }],
      }
      return runClosedLoop(switched, narrow, ownSteering(switched, able, clock), clock)
    }
    const [auto, fixed] = [play('auto'), play('fixed')]
    expect([auto.switches, fixed.switches, fixed.energyKWh]).toEqual([1, 0, 0])
    // cp2 has its terminal T1 on L2: about 35 A are free there, its maximum is 32 A.
    expect(auto.energyKWh).toBeGreaterThan((32 * 230 * 150) / 3.6e6)
    expect(auto.energyKWh).toBeLessThan((32 * 230 * 400) / 3.6e6)
    expect(auto.overAs).toBe(0)
  })
  it('is the same every time', () => {
    const once = () => {
      const clock = createRunClock(stretch.startMs)
      return runClosedLoop(site, stretch, ownSteering(site, abilities, clock), clock)
    }
    expect(once()).toEqual(once())
  })
})

describe('what if', () => {
  it('plays a recorded stretch with other settings beside those of now', async () => {
    const plant = createPlant({ site: depot({ chargers: 4 }), profile: chargerProfile })
    for (const id of ['cp1', 'cp2', 'cp3', 'cp4']) plant.plugIn(id)
    plant.buildingA['main'] = { L1: 20, L2: 20, L3: 20 }
    await plant.run(5)
    await plant.arm()
    await plant.run(100)
    const part = createWhatIfPart({
      site: plant.site,
      abilities: siteAbilities(plant.site, new Map([[chargerProfile.id, chargerProfile]])),
      recorder: { decisions: async () => plant.decisions },
      rest: () => Promise.resolve(),
    })
    const range = { fromMs: plant.decisions[0]?.atMs ?? 0, toMs: plant.clock.nowMs() }
    const same = await part.handlers['control.whatIf'](range, caller)
    expect(same.changed).toEqual(same.asIs)
    expect(same.basis.length).toBe(3)
    const careful = await part.handlers['control.whatIf']({ ...range, margin: 0.6 }, caller)
    expect(careful.changed.energyKWh).toBeLessThan(careful.asIs.energyKWh * 0.9)
    expect(careful.changed.meanShare).toBeLessThan(careful.asIs.meanShare)
    const larger = await part.handlers['control.whatIf']({ ...range, rating: { circuitId: 'f1', factor: 0.5 } }, caller)
    expect(larger.changed.energyKWh).toBeLessThan(larger.asIs.energyKWh)
    await expect(
      part.handlers['control.whatIf']({ ...range, rating: { circuitId: 'x', factor: 1 } }, caller),
    ).rejects.toThrow('no circuit x')
    await expect(part.handlers['control.whatIf']({ fromMs: 0, toMs: 9e9 }, caller)).rejects.toThrow(
      'longer than six hours',
    )
  })
})
