import { describe, expect, it } from 'vitest'
import { perPhase, type Phase } from '../../../shared/model/phase.ts'
import { createDetectors } from '../detectors/detectors.ts'
import { createPlant, depot, profile, type Plant } from './test-support/plant.ts'

const rotated = { L1: 'L2', L2: 'L3', L3: 'L1' } as const
/** Two feeders of three chargers; f1 has 40 A of other load on L2 and something on the others. */
const armed = async (prepare: (plant: Plant) => void, site: unknown = depot()): Promise<Plant> => {
  const plant = createPlant({ site, profile: profile({ terminals: [1, 2, 3] }) })
  plant.buildingA['f1'] = { L1: 3, L2: 40, L3: 3 }
  prepare(plant)
  await plant.run(4)
  await plant.arm()
  return plant
}
const eachCharger = (plant: Plant, change: (charger: ReturnType<Plant['charger']>) => void): void => {
  for (const id of ['cp1', 'cp2', 'cp3']) change(plant.charger(id))
}
const cars = (plant: Plant, wired?: readonly Phase[]): void => {
  for (const id of ['cp1', 'cp2', 'cp3']) {
    plant.charger(id).limitA = 0
    plant.plugIn(id, wired === undefined ? {} : { phases: wired })
  }
}
/** Longest time a feeder or the incomer was above its limit without a break, s, and the highest current there, A. */
const overloaded = async (plant: Plant, seconds: number): Promise<{ longestS: number; highestA: number }> => {
  let lasting = 0
  const worst = { longestS: 0, highestA: 0 }
  await plant.run(seconds, () => {
    const over = (['f1', 'main'] as const).flatMap((id) =>
      (['L1', 'L2', 'L3'] as const).map((phase) => ({
        amperes: plant.current(id, phase),
        limit: id === 'main' ? 100 : 63,
      })),
    )
    lasting = over.some(({ amperes, limit }) => amperes > limit + 0.5) ? lasting + 1 : 0
    worst.longestS = Math.max(worst.longestS, lasting)
    worst.highestA = Math.max(worst.highestA, ...over.map(({ amperes, limit }) => amperes - limit + 63))
  })
  return worst
}

/** What a step of a car, a cycle and a car that follows take; the four set-ups stayed above their limit for good before. */
const shortS = 12

describe('a charger is not where its own meter shows nothing', () => {
  it.each<[string, (plant: Plant) => void]>([
    [
      'measures T1 only and says 0 for the others',
      (plant) => {
        eachCharger(plant, (charger) => {
          charger.shows = { L2: 'nothing', L3: 'nothing' }
        })
        cars(plant)
      },
    ],
    [
      'answers NaN for T2 and T3',
      (plant) => {
        eachCharger(plant, (charger) => {
          charger.lacks = ['L2', 'L3']
        })
        cars(plant)
      },
    ],
    [
      'is declared with the wrong rotation',
      (plant) => {
        eachCharger(plant, (charger) => {
          charger.shows = rotated
        })
        cars(plant, ['L2'])
      },
    ],
    [
      'is below a feeder meter that is rotated against the incomer',
      (plant) => {
        plant.meterShows['m1'] = rotated
        cars(plant, ['L2'])
      },
    ],
  ])('where it %s', async (_, prepare) => {
    const plant = await armed(prepare)
    expect((await overloaded(plant, 300)).longestS).toBeLessThanOrEqual(shortS)
    const later = await overloaded(plant, 300)
    expect(later).toMatchObject({ longestS: 0 })
    // Safe, and not by standing still: L2 has 23 A left for three.
    expect(['cp1', 'cp2', 'cp3'].filter((id) => plant.charger(id).drawnA > 5).length).toBeGreaterThanOrEqual(1)
  })

  it('where it is declared on one phase and wired to another', async () => {
    const site = depot() as { chargers: { phases?: string[] }[] }
    for (const charger of site.chargers) charger.phases = ['L1']
    const plant = await armed((made) => {
      eachCharger(made, (charger) => {
        charger.shows = { L1: 'L2' }
      })
      cars(made, ['L2'])
    }, site)
    await overloaded(plant, 120)
    expect(await overloaded(plant, 300)).toMatchObject({ longestS: 0 })
  })

  it('gives the phases of one-phase cars to others once the meters above have shown that they are free', async () => {
    const plant = await armed((made) => {
      made.buildingA['f1'] = { L1: 31, L2: 31, L3: 31 }
      for (const [id, phase] of [
        ['cp1', 'L1'],
        ['cp2', 'L2'],
        ['cp3', 'L3'],
      ] as const) {
        made.charger(id).limitA = 0
        made.plugIn(id, { phases: [phase] })
      }
    })
    expect((await overloaded(plant, 400)).longestS).toBe(0)
    // 32 A for each on its own phase; on three phases each they would have 10 A.
    expect(['cp1', 'cp2', 'cp3'].map(plant.target)).toEqual([32, 32, 32])
    expect(['cp1', 'cp2', 'cp3'].map((id) => plant.last().chargers[id]?.phases)).toEqual([['L1'], ['L2'], ['L3']])
  })

  it('does not say that chargers are at 0 A where they are not', async () => {
    const plant = await armed((made) => {
      made.charger('cp1').limitA = 0
      made.plugIn('cp1', { phases: ['L1'] })
    })
    await plant.run(200)
    expect(plant.last().chargers['cp1']?.phases).toEqual(['L1'])
    plant.buildingA['f1'] = { L1: 3, L2: 70, L3: 3 }
    await plant.run(60)
    expect(plant.charger('cp1').drawnA).toBeGreaterThan(5)
    const note = plant.last().notes.find((line) => line.includes('alone is above')) ?? ''
    expect(note).toBe(
      'f1, L2: other load 70 A alone is above the 63 A that may be used: nothing is given to chargers on L2 there',
    )
  })
})

describe('while a phase carries more than it may', () => {
  it('nothing below is raised, whichever phase it is counted on', async () => {
    const plant = await armed((made) => {
      made.charger('cp1').limitA = 0
      made.plugIn('cp1', { phases: ['L1'] })
    })
    await plant.run(200)
    plant.buildingA['f1'] = { L1: 52, L2: 40, L3: 3 }
    await plant.run(30)
    const before = plant.target('cp1')
    expect(before).toBeGreaterThan(5)
    plant.buildingA['f1'] = { L1: 3, L2: 70, L3: 3 }
    await plant.run(45)
    expect(plant.target('cp1')).toBe(before)
    expect(plant.last().chargers['cp1']?.why).toContain('carries more than may be used')
    plant.buildingA['f1'] = { L1: 3, L2: 20, L3: 3 }
    await plant.run(60)
    expect(plant.target('cp1')).toBeGreaterThan(before)
  })
})

describe('a map that is wrong is a finding with the likely one', () => {
  const findings = async (prepare: (plant: Plant) => void) => {
    const plant = await armed((made) => {
      prepare(made)
      made.buildingA['f1'] = { L1: 3, L2: 5, L3: 3 }
    })
    let ids = 0
    const detectors = createDetectors({ site: plant.site, newId: () => `finding-${(ids += 1)}` })
    const messages: string[] = []
    await plant.run(300, () => {
      for (const { kind, finding } of detectors.step(plant.image(), [], plant.controller.facts()).changes)
        if (finding.detector === 'phase-map' && kind === 'raised')
          messages.push(`${finding.subject.id}: ${finding.message}`)
    })
    return messages
  }

  it('of a charger, where every meter above says so', async () => {
    const messages = await findings((plant) => {
      eachCharger(plant, (charger) => {
        charger.shows = rotated
      })
      cars(plant, ['L2'])
    })
    expect(messages).toContain(
      'cp1: Its current moves L2 instead of L1 at f1 and main. The likely map of its terminals is [L2, L3, L1], declared is [L1, L2, L3]. ' +
        "Until this is resolved it is counted on the phases of both. Check the order of its conductors, then correct 'phases' in the site file.",
    )
    expect(messages.filter((message) => message.startsWith('m'))).toEqual([])
  })

  it('of a meter, where another sees the charger as declared', async () => {
    const messages = await findings((plant) => {
      plant.meterShows['m1'] = rotated
      cars(plant, ['L2'])
    })
    expect(messages).toContain(
      'm1: At f1 the current of cp1 moves L1 instead of L2; main sees it where it is declared. Until this is resolved it is counted on the phases of both. ' +
        "Check which conductor each current transformer of m1 is on, then correct 'phases' of the meter in the site file.",
    )
    expect(messages.filter((message) => message.startsWith('cp'))).toEqual([])
  })

  it('and nothing is said where the map is right', async () => {
    expect(await findings((plant) => cars(plant))).toEqual([])
    expect(await findings((plant) => cars(plant, ['L2']))).toEqual([])
  })
})

describe('a meter that does not follow its chargers', () => {
  it.each<[string, (plant: Plant) => void]>([
    ['nothing of their steps', (plant) => plant.frozen.add('m1')],
    [
      'a fifth of their steps',
      (plant) => {
        plant.factors['m1'] = 0.2
      },
    ],
  ])('and shows %s beside other load is not believed', async (_, lie) => {
    const plant = await armed(() => undefined)
    plant.buildingA['f1'] = { L1: 30, L2: 30, L3: 30 }
    await plant.run(10)
    lie(plant)
    cars(plant)
    await plant.run(120)
    expect(plant.last().chargers['cp1']?.state).toBe('fallback')
    expect(plant.last().notes.join()).toMatch(
      /meter m1 of f1 shows \d+(\.\d)? A of a step of \d+(\.\d)? A that cp\d below it made, \d times: not believed/,
    )
    expect(plant.current('f1', 'L1')).toBeLessThanOrEqual(63)
  })

  it('is not one beside which a lift stops while its charger rises', async () => {
    const plant = await armed((of) => {
      of.buildingA['f1'] = perPhase(() => 3)
    })
    plant.plugIn('cp1', { maximumA: 16 })
    await plant.run(60)
    let ids = 0
    const hold = (limitA: number) =>
      plant.controller.setOverride({
        intentId: `hold-${(ids += 1)}`,
        chargerId: 'cp1',
        limitA,
        ttlS: 300,
        who: 'Operator',
        reason: 'step',
      })
    for (let trip = 0; trip < 4; trip += 1) {
      plant.buildingA['main'] = perPhase(() => 70)
      await hold(6)
      await plant.run(14)
      await hold(10)
      for (let second = 0; plant.target('cp1') < 10 && second < 30; second += 1) await plant.run(1)
      await plant.run(2)
      plant.buildingA['main'] = perPhase(() => 62)
      await plant.run(20)
      expect(plant.charger('cp1').drawnA, `trip ${trip}: ${plant.last().notes.join()}`).toBeGreaterThan(9)
    }
    expect(plant.decisions.flatMap(({ notes }) => notes).filter((note) => /not believed/.test(note))).toEqual([])
  })
})
