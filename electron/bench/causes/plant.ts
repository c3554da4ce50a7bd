import { phases, type Phase } from '../../../shared/model/phase.ts'
import type { Site } from '../../../shared/site/site.ts'
import type { Dice } from './dice.ts'

/**
 * The copper: cars, chargers, breakers that trip by a model of their own, a load manager of its own, supply and conductors. It shares no
 * code with the diagnosis. Every 0.2 s; amperes, volts, seconds.
 */
export type Three = [number, number, number]

export interface Car {
  /** Terminals it uses. */
  readonly terminals: number
  readonly wantsA: number
  /** Draws this whatever its limit says, from when on. */
  stubbornA: number | null
  readonly delayS: number
  readonly rampAPerS: number
  readonly leakageMa: number
  readonly triplenShare: number
  pluggedAtS: number
}

export interface Post {
  readonly id: string
  readonly circuit: string
  readonly phases: readonly Phase[]
  car: Car | null
  /** Commanded and read back. */
  limitA: number
  drawnA: number
  fault: string | null
  /** It has paused itself until then. */
  pausedUntilS: number
  /** Its electronics are fed from elsewhere. */
  readonly hasOwnSupply: boolean
  bootedAtS: number
}

export interface TrueBreaker {
  readonly circuit: string
  /** What it really carries. */
  ratingA: number
  /** Of its own element: multiple and time constant, inside the band of the standard. */
  k: number
  tauS: number
  /** Heat of each pole and of the neutral, in units of the heat at its rating. */
  heat: [number, number, number, number]
  /** More heat on a pole from its terminal, share. */
  terminalHeat: Three
  protectsNeutral: boolean
  isOpen: boolean
  openedAtS: number | null
  /** A residual-current part: trips above this. */
  rcdMa: number | null
}

export interface PlantSetup {
  readonly site: Site
  readonly dice: Dice
  /** True order of phases where the site file is wrong. */
  readonly wiredTo?: ReadonlyMap<string, readonly Phase[]>
}

const index = (phase: Phase): number => phases.indexOf(phase)

export const createPlant = ({ site, dice, wiredTo }: PlantSetup) => {
  const posts: Post[] = site.chargers.map(({ id, circuit, phases: declared }) => ({
    id,
    circuit,
    phases: wiredTo?.get(id) ?? declared,
    car: null,
    limitA: 16,
    drawnA: 0,
    fault: null,
    pausedUntilS: 0,
    hasOwnSupply: dice.chance(0.12),
    bootedAtS: -1000,
  }))
  const breakers = new Map<string, TrueBreaker>(
    site.circuits.map((circuit): readonly [string, TrueBreaker] => {
      const rating = circuit.breaker?.rating ?? 1000
      const k = dice.between(1.16, 1.42)
      // Cold trip at 2.55 In somewhere between 8 and 55 s (IEC 60898-1 test c: 1 to 60 s, 120 s above 32 A).
      const testS = dice.between(8, rating <= 32 ? 55 : 100)
      const tauS = testS / Math.log(2.55 ** 2 / (2.55 ** 2 - k ** 2))
      return [
        circuit.id,
        {
          circuit: circuit.id,
          ratingA: rating,
          k,
          tauS,
          heat: [0, 0, 0, 0],
          terminalHeat: [0, 0, 0],
          protectsNeutral: false,
          isOpen: false,
          openedAtS: null,
          rcdMa: null,
        },
      ]
    }),
  )
  const parentOf = new Map(site.circuits.map(({ id, parent }) => [id, parent]))
  const chain = (circuitId: string): readonly string[] => {
    const up: string[] = []
    for (let at: string | undefined = circuitId; at !== undefined; at = parentOf.get(at)) up.push(at)
    return up
  }
  const chains = new Map(site.circuits.map(({ id }) => [id, chain(id)]))
  /** Resistance of the conductors down to a circuit and of a bad terminal, ohms per phase. */
  const resistance = new Map(site.circuits.map(({ id }) => [id, dice.between(0.01, 0.03)]))
  const badTerminal = new Map<string, Three>()
  const base = new Map<string, Three>(
    site.circuits.map((circuit) => [
      circuit.id,
      circuit.otherLoad === undefined || circuit.otherLoad === 0
        ? [0, 0, 0]
        : [
            dice.between(1, circuit.otherLoad * 0.5),
            dice.between(1, circuit.otherLoad * 0.5),
            dice.between(1, circuit.otherLoad * 0.5),
          ],
    ]),
  )
  const supply: Three = [dice.between(226, 236), dice.between(226, 236), dice.between(226, 236)]
  const supplyWanders: Three = [0, 0, 0]
  /** What the scenario does to the supply, per phase: a factor. */
  let supplyFactor: Three = [1, 1, 1]
  const sums = new Map<string, Three>(site.circuits.map(({ id }) => [id, [0, 0, 0]]))
  const neutrals = new Map<string, number>()
  let nowS = 0

  const isLive = (circuitId: string): boolean =>
    (chains.get(circuitId) ?? []).every((id) => breakers.get(id)?.isOpen !== true) &&
    supplyFactor.some((factor) => factor > 0.5)
  const hasPower = (post: Post): boolean => isLive(post.circuit)
  const isCharging = (post: Post): boolean =>
    post.car !== null &&
    post.fault === null &&
    hasPower(post) &&
    nowS >= post.bootedAtS + 5 &&
    post.limitA >= 6 &&
    nowS >= post.pausedUntilS &&
    nowS - post.car.pluggedAtS >= post.car.delayS

  const currents = (post: Post): Three => {
    const found: Three = [0, 0, 0]
    post.phases.slice(0, post.car?.terminals ?? 0).forEach((phase) => {
      found[index(phase)] = post.drawnA
    })
    return found
  }

  const moveCars = (stepS: number): void => {
    for (const post of posts) {
      const { car } = post
      const goal = car === null || !isCharging(post) ? 0 : (car.stubbornA ?? Math.min(post.limitA, car.wantsA))
      const rate = (car?.rampAPerS ?? 40) * stepS
      // A contactor opens at once; a car follows a lower limit a little slower.
      post.drawnA =
        goal === 0 && !hasPower(post) ? 0 : post.drawnA + Math.max(-40 * stepS, Math.min(rate, goal - post.drawnA))
      if (!hasPower(post)) {
        post.drawnA = 0
        post.bootedAtS = nowS + 20
      }
    }
  }

  const addUp = (): void => {
    for (const [id, sum] of sums) {
      const own = isLive(id) ? (base.get(id) ?? [0, 0, 0]) : [0, 0, 0]
      sum[0] = own[0] ?? 0
      sum[1] = own[1] ?? 0
      sum[2] = own[2] ?? 0
    }
    const triplen = new Map<string, number>()
    const add = (from: string, amperes: Three, harmonic: number): void => {
      for (const id of chains.get(from) ?? []) {
        const sum = sums.get(id)
        if (sum === undefined) continue
        sum[0] += amperes[0]
        sum[1] += amperes[1]
        sum[2] += amperes[2]
        triplen.set(id, (triplen.get(id) ?? 0) + harmonic)
      }
    }
    for (const { id, parent } of site.circuits) {
      const own = isLive(id) ? base.get(id) : undefined
      if (own !== undefined && parent !== undefined) add(parent, own, 0)
    }
    for (const post of posts) {
      const own = currents(post)
      add(post.circuit, own, (post.car?.triplenShare ?? 0) * (own[0] + own[1] + own[2]))
    }
    for (const [id, [a, b, c]] of sums) {
      const fundamental = Math.sqrt(Math.max(0, a * a + b * b + c * c - a * b - b * c - c * a))
      neutrals.set(id, Math.hypot(fundamental, triplen.get(id) ?? 0))
    }
  }

  const open = (breaker: TrueBreaker): void => {
    if (breaker.isOpen) return
    breaker.isOpen = true
    breaker.openedAtS = nowS
  }

  const heatBreakers = (stepS: number): void => {
    for (const breaker of breakers.values()) {
      const sum = sums.get(breaker.circuit) ?? [0, 0, 0]
      const poles = breaker.protectsNeutral ? 4 : 3
      for (let pole = 0; pole < poles; pole += 1) {
        const amperes = pole === 3 ? (neutrals.get(breaker.circuit) ?? 0) : (sum[pole] ?? 0)
        const x = amperes / breaker.ratingA
        const target = x * x * (1 + (breaker.terminalHeat[pole] ?? 0))
        breaker.heat[pole] = target + ((breaker.heat[pole] ?? 0) - target) * Math.exp(-stepS / breaker.tauS)
        if ((breaker.heat[pole] ?? 0) >= breaker.k ** 2 && !breaker.isOpen) open(breaker)
      }
      if (breaker.rcdMa === null || breaker.isOpen) continue
      const leakage = posts
        .filter((post) => (chains.get(post.circuit) ?? []).includes(breaker.circuit) && post.drawnA > 0.5)
        .reduce((total, post) => total + (post.car?.leakageMa ?? 0), 0)
      if (leakage > breaker.rcdMa) open(breaker)
    }
  }

  const voltages = (circuitId: string): Three => {
    const found: Three = [0, 0, 0]
    for (let p = 0; p < 3; p += 1) {
      let volts = (supply[p] ?? 230) * (supplyFactor[p] ?? 1) + (supplyWanders[p] ?? 0)
      for (const id of chains.get(circuitId) ?? []) {
        if (breakers.get(id)?.isOpen === true) volts = 0
        volts -= ((resistance.get(id) ?? 0) + (badTerminal.get(id)?.[p] ?? 0)) * (sums.get(id)?.[p] ?? 0)
      }
      found[p] = Math.max(0, volts)
    }
    return found
  }

  return {
    posts,
    postOf: (id: string): Post => posts.find((post) => post.id === id) as Post,
    breakers,
    breaker: (id: string): TrueBreaker => breakers.get(id) as TrueBreaker,
    badTerminal,
    base,
    sums,
    neutral: (id: string): number => neutrals.get(id) ?? 0,
    voltages,
    currents,
    isLive,
    isCharging,
    hasPower,
    hasOwnSupply: (post: Post): boolean => post.hasOwnSupply && supplyFactor.some((factor) => factor > 0.5),
    open: (circuitId: string): void => open(breakers.get(circuitId) as TrueBreaker),
    setSupply: (factor: Three): void => {
      supplyFactor = factor
    },
    supplyIsUp: (): boolean => supplyFactor.some((factor) => factor > 0.5),
    nowS: (): number => nowS,
    /** As warm as it would be after long at what flows now. */
    preheat: (share = 1): void => {
      for (const breaker of breakers.values()) {
        const sum = sums.get(breaker.circuit) ?? [0, 0, 0]
        for (let pole = 0; pole < 3; pole += 1) breaker.heat[pole] = share * ((sum[pole] ?? 0) / breaker.ratingA) ** 2
      }
    },
    step: (stepS: number): void => {
      nowS += stepS
      for (let p = 0; p < 3; p += 1) {
        const was = supplyWanders[p] ?? 0
        supplyWanders[p] = was + dice.between(-0.05, 0.05) - 0.002 * was
      }
      for (const own of base.values())
        for (let p = 0; p < 3; p += 1)
          if ((own[p] ?? 0) > 0) own[p] = Math.max(0.3, (own[p] ?? 0) + dice.between(-0.02, 0.02))
      moveCars(stepS)
      addUp()
      heatBreakers(stepS)
    },
  }
}
export type Plant = ReturnType<typeof createPlant>

export const newCar = (dice: Dice, nowS: number, more: Partial<Car> = {}): Car => ({
  terminals: dice.chance(0.35) ? 1 : 3,
  wantsA: dice.pick([10, 13, 16, 16, 20, 32]),
  stubbornA: null,
  delayS: dice.between(2, 8),
  rampAPerS: dice.between(3, 12),
  leakageMa: dice.between(0.3, 2),
  triplenShare: dice.between(0.01, 0.05),
  pluggedAtS: nowS,
  ...more,
})

/** A load manager of the plant's own: meters late, counts by the phases it was told, and tells limits after a while. */
export const createManager = (
  plant: Plant,
  site: Site,
  {
    circuit,
    limitA,
    lagS,
    everyS,
  }: { readonly circuit: string; readonly limitA: number; readonly lagS: number; readonly everyS: number },
) => {
  const declared = new Map(site.chargers.map(({ id, phases: list, maximum }) => [id, { list, maximum }]))
  const managed = plant.posts.filter((post) => {
    for (
      let at: string | undefined = post.circuit;
      at !== undefined;
      at = site.circuits.find(({ id }) => id === at)?.parent
    )
      if (at === circuit) return true
    return false
  })
  let nextS = 0
  const orders: { readonly atS: number; readonly id: string; readonly limitA: number }[] = []
  return {
    step: (): void => {
      const nowS = plant.nowS()
      for (const order of orders.filter(({ atS }) => atS <= nowS)) plant.postOf(order.id).limitA = order.limitA
      orders.splice(0, orders.length, ...orders.filter(({ atS }) => atS > nowS))
      if (nowS < nextS) return
      nextS = nowS + everyS
      const cars = managed.filter(({ car, fault }) => car !== null && fault === null)
      const count = [0, 0, 0]
      for (const post of cars)
        for (const phase of (declared.get(post.id)?.list ?? []).slice(0, post.car?.terminals ?? 0))
          count[index(phase)] = (count[index(phase)] ?? 0) + 1
      for (const post of cars) {
        const { list = [], maximum = 16 } = declared.get(post.id) ?? {}
        const worst = Math.max(1, ...list.slice(0, post.car?.terminals ?? 0).map((phase) => count[index(phase)] ?? 1))
        const share = Math.floor(limitA / worst)
        const limit = share < 6 ? 6 : Math.min(maximum, share)
        if (Math.abs(limit - post.limitA) >= 1) orders.push({ atS: nowS + lagS, id: post.id, limitA: limit })
      }
    },
  }
}
