import type { CauseId } from '../../../shared/forensics/cause.ts'
import { phases, type Phase } from '../../../shared/model/phase.ts'
import type { Dice } from './dice.ts'
import type { Instruments, MeterKind } from './instruments.ts'
import { createManager, newCar, type Plant, type Post } from './plant.ts'
import type { Shape } from './shapes.ts'

/** What a scenario has in its hands while it runs. */
export interface Stage {
  readonly shape: Shape
  readonly plant: Plant
  readonly tools: Instruments
  readonly dice: Dice
}

/** Called every step. Answers true at the moment that is to be explained; where a breaker trips of itself, that is the moment. */
export type Script = (nowS: number) => boolean

export interface Scenario {
  readonly cause: CauseId
  /** More of the target's breaker in the site file. */
  readonly declared?: (dice: Dice) => object
  /** True order of phases, where it differs from the site file. */
  readonly wiredTo?: (shape: Shape, dice: Dice) => ReadonlyMap<string, readonly Phase[]>
  readonly meter?: (kind: MeterKind) => MeterKind
  readonly begin: (stage: Stage) => Script
}

const under = ({ shape, plant }: Stage, circuit = shape.target): readonly Post[] => {
  const { circuits } = shape.site
  const isBelow = (id: string): boolean => {
    for (let at: string | undefined = id; at !== undefined; at = circuits.find((one) => one.id === at)?.parent)
      if (at === circuit) return true
    return false
  }
  return plant.posts.filter((post) => isBelow(post.circuit))
}
const ratingOf = ({ shape }: Stage): number =>
  shape.site.circuits.find(({ id }) => id === shape.target)?.breaker?.rating ?? 32

/**
 * Plugs cars in one after the other so that the target's breaker comes to carry about `multiple` of its declared rating on its fullest
 * phase: three-phase cars at equal limits. Answers the time at which the last one has begun.
 */
const fill = (
  stage: Stage,
  multiple: number,
  spacingS: number,
  fromS = 5,
  more: Parameters<typeof newCar>[2] = {},
): number => {
  const posts = under(stage)
  const goal = multiple * ratingOf(stage)
  const count = Math.max(1, Math.min(posts.length, Math.floor(goal / 7)))
  const each = goal / count
  posts.slice(0, count).forEach((post, index) => {
    post.limitA = Math.max(6, Math.round((each + 0.3) * 2) / 2)
    post.car = newCar(stage.dice, fromS + index * spacingS, { terminals: 3, wantsA: each, ...more })
  })
  return fromS + (count - 1) * spacingS + 15
}

/** Others of the site charge a little too. */
const company = (stage: Stage, share = 0.35): void => {
  const own = new Set(under(stage).map(({ id }) => id))
  for (const post of stage.plant.posts) {
    if (own.has(post.id) || !stage.dice.chance(share)) continue
    post.car = newCar(stage.dice, stage.dice.between(-200, 100), { wantsA: stage.dice.between(6, 10) })
    post.limitA = 10
  }
}
const notYet = (): boolean => false

/** A cold trip at x times its rating lasts so long with the element of this breaker. */
const ownK = (stage: Stage): number => stage.plant.breaker(stage.shape.target).k

export const scenarios: readonly Scenario[] = [
  {
    cause: 'thermal-overload',
    begin: (stage) => {
      company(stage)
      const heavy = ownK(stage) * stage.dice.between(1.04, 1.3)
      fill(stage, heavy, stage.dice.between(20, 70))
      // Lighter than that at first: the last car is what is too much.
      return notYet
    },
  },
  {
    cause: 'warm-board',
    declared: (dice) => ({
      ...(dice.chance(0.5) ? { ambient: Math.round(dice.between(32, 40)) } : {}),
      ...(dice.chance(0.5) ? { groupedWith: Math.round(dice.between(1, 3)) } : {}),
    }),
    begin: (stage) => {
      const breaker = stage.plant.breaker(stage.shape.target)
      const multiple = stage.dice.between(0.92, 1.0)
      // Warmer than declared: what is left of its rating lies just below what flows.
      breaker.ratingA *= multiple / (breaker.k * stage.dice.between(1.005, 1.04))
      for (const post of stage.plant.posts) {
        if (under(stage).includes(post)) continue
        // Two of a neighbour's chargers at most: it is loaded, and within its rating.
        const isOne = stage.plant.posts.filter(({ circuit }) => circuit === post.circuit).indexOf(post) < 2
        if (isOne) post.car = newCar(stage.dice, -100, { wantsA: 12, terminals: 3 })
        post.limitA = 12
      }
      fill(stage, multiple, 6)
      return notYet
    },
  },
  {
    cause: 'magnetic-inrush',
    begin: (stage) => {
      company(stage)
      const posts = under(stage)
      const afterReturn = stage.dice.chance(0.5)
      const atS = stage.dice.between(200, 320)
      if (afterReturn) {
        fill(stage, 0.6, 10)
        const outageS = stage.dice.between(4, 40)
        const tripsAtS = atS + outageS + stage.dice.between(26, 40)
        return (nowS) => {
          stage.plant.setSupply(nowS >= atS && nowS < atS + outageS ? [0, 0, 0] : [1, 1, 1])
          if (nowS < tripsAtS) return false
          stage.tools.peak(stage.shape.target, ratingOf(stage) * stage.dice.between(6, 12))
          stage.plant.open(stage.shape.target)
          return true
        }
      }
      const starters = posts.slice(0, Math.min(posts.length, 4))
      starters.forEach((post) => {
        post.limitA = 0
        post.car = newCar(stage.dice, 20, { wantsA: 10, delayS: 1 })
      })
      const first = posts.find((post) => !starters.includes(post))
      if (first !== undefined) first.car = newCar(stage.dice, 10, { wantsA: 8 })
      const releaseS = atS - stage.dice.between(1, 2.5)
      return (nowS) => {
        if (nowS >= releaseS) for (const post of starters) post.limitA = 10
        if (nowS < atS) return false
        stage.tools.peak(stage.shape.target, ratingOf(stage) * stage.dice.between(6, 12))
        stage.plant.open(stage.shape.target)
        return true
      }
    },
  },
  {
    cause: 'neutral-overload',
    meter: (kind) => ({ ...kind, hasNeutral: true }),
    begin: (stage) => {
      company(stage)
      const breaker = stage.plant.breaker(stage.shape.target)
      breaker.protectsNeutral = true
      const multiple = stage.dice.between(0.7, 0.88)
      const neutral = ownK(stage) * stage.dice.between(1.03, 1.15)
      fill(stage, multiple, 15, 5, { triplenShare: neutral / multiple / 3 })
      return notYet
    },
  },
  {
    cause: 'rcd-leakage',
    begin: (stage) => {
      company(stage)
      const breaker = stage.plant.breaker(stage.shape.target)
      const posts = under(stage)
      breaker.rcdMa = stage.dice.between(16, 28)
      const count = Math.min(posts.length, 4)
      const each = Math.min(14, (0.7 * ratingOf(stage)) / count)
      posts.slice(0, count).forEach((post, index) => {
        post.limitA = Math.max(6, Math.round(each))
        const isLast = index === count - 1
        post.car = newCar(stage.dice, isLast ? stage.dice.between(240, 420) : 5 + index * 20, {
          wantsA: each,
          leakageMa: isLast ? (breaker.rcdMa ?? 20) : ((breaker.rcdMa ?? 20) * 0.8) / Math.max(1, count - 1),
        })
      })
      return notYet
    },
  },
  {
    cause: 'dc-or-charger-fault',
    begin: (stage) => {
      company(stage)
      fill(stage, stage.dice.between(0.4, 0.8), 12)
      const atS = stage.dice.between(200, 400)
      const [post] = under(stage)
      return (nowS) => {
        if (nowS < atS || post === undefined) return false
        post.fault = stage.dice.pick(['F12', 'E07', '0x0040', 'ground fault'])
        return true
      }
    },
  },
  {
    cause: 'voltage-window',
    begin: (stage) => {
      company(stage, 0.6)
      fill(stage, stage.dice.between(0.4, 0.8), 8)
      const atS = stage.dice.between(200, 350)
      const factor = stage.dice.chance(0.5) ? stage.dice.between(0.82, 0.87) : stage.dice.between(1.12, 1.16)
      const lasts = stage.dice.between(9, 40)
      const phase = Math.floor(stage.dice.next() * 3)
      let done = false
      return (nowS) => {
        const isOut = nowS >= atS && nowS < atS + lasts
        const factors: [number, number, number] = [1, 1, 1]
        if (isOut) factors[phase] = factor
        stage.plant.setSupply(factors)
        // A device per charger: after 5 s outside it opens, and comes back 30 s after all is well.
        if (isOut && nowS >= atS + 5.2)
          for (const post of stage.plant.posts) post.pausedUntilS = atS + lasts + 30 + (post.limitA % 3)
        if (nowS < atS + 5.2 || done) return false
        done = true
        return true
      }
    },
  },
  {
    cause: 'load-management-lag',
    begin: (stage) => {
      company(stage)
      const posts = under(stage)
      const rating = ratingOf(stage)
      const breaker = stage.plant.breaker(stage.shape.target)
      // A fast one of its kind: a slow one would have waited.
      breaker.k = stage.dice.between(1.14, 1.2)
      const coldS = stage.dice.between(8, 13)
      breaker.tauS = coldS / Math.log(2.55 ** 2 / (2.55 ** 2 - breaker.k ** 2))
      const heavy = stage.dice.between(1.9, 2.4) * rating
      const already = Math.max(1, Math.floor(posts.length / 2))
      const atS = stage.dice.between(240, 330)
      const each = heavy / posts.length
      posts.forEach((post, index) => {
        const isOld = index < already
        post.limitA = Math.max(6, Math.round(each))
        post.car = newCar(stage.dice, isOld ? 10 + index * 6 : atS, {
          terminals: 3,
          wantsA: isOld
            ? Math.min(each, (0.8 * rating) / already)
            : each + (already * Math.max(0, each - (0.8 * rating) / already)) / Math.max(1, posts.length - already),
          delayS: isOld ? 3 : stage.dice.between(0.5, 2),
          rampAPerS: 12,
        })
        if (!isOld) post.limitA = Math.ceil(post.car.wantsA)
      })
      const lagS = stage.dice.between(11, 22)
      let openedS: number | null = null
      return (nowS) => {
        if (nowS > atS + lagS && openedS === null) for (const post of posts) post.limitA = 6
        openedS ??= breaker.openedAtS
        return false
      }
    },
  },
  {
    cause: 'car-ignores-limit',
    begin: (stage) => {
      company(stage)
      const posts = under(stage)
      const rating = ratingOf(stage)
      const [rogue, ...others] = posts
      if (rogue === undefined) return notYet
      const takes = Math.min(32, rating * 0.95)
      rogue.limitA = Math.round(takes)
      rogue.car = newCar(stage.dice, 10, { terminals: 3, wantsA: takes })
      const joinS = stage.dice.between(200, 280)
      const joiners = others.slice(0, Math.max(1, Math.floor((rating * 0.6) / 7)))
      const over = ownK(stage) * stage.dice.between(1.05, 1.25) * rating - takes
      const share = Math.max(6, Math.floor(rating / (joiners.length + 1)))
      joiners.forEach((post, index) => {
        post.limitA = Math.max(6, Math.ceil(over / joiners.length))
        post.car = newCar(stage.dice, joinS + index * 5, { terminals: 3, wantsA: Math.max(6, over / joiners.length) })
      })
      return (nowS) => {
        if (nowS < joinS - 2) return false
        rogue.limitA = Math.min(rogue.limitA, Math.max(6, Math.min(share, Math.round(takes * 0.6))))
        if (rogue.car !== null) rogue.car.stubbornA = takes
        return false
      }
    },
  },
  {
    cause: 'loose-terminal',
    // A meter above the terminal can't see its drop.
    meter: (kind) => ({ ...kind, isFedBelow: true }),
    begin: (stage) => {
      company(stage)
      const breaker = stage.plant.breaker(stage.shape.target)
      const pole = Math.floor(stage.dice.next() * 3)
      const bad: [number, number, number] = [0, 0, 0]
      bad[pole] = stage.dice.between(0.06, 0.14)
      stage.plant.badTerminal.set(stage.shape.target, bad)
      const multiple = stage.dice.between(0.72, 0.92)
      breaker.terminalHeat[pole] = (ownK(stage) / multiple) ** 2 * stage.dice.between(1.05, 1.25) - 1
      fill(stage, multiple, stage.dice.between(25, 45))
      return notYet
    },
  },
  {
    cause: 'wrong-phase-map',
    wiredTo: (shape, dice) => {
      const phase = dice.pick(['L2', 'L3'] as const)
      // Turned as one, whatever the site file says: what should be spread lies on one phase.
      return new Map(
        shape.site.chargers.map(({ id }) => {
          const from = phases.indexOf(phase)
          return [id, [0, 1, 2].map((step) => phases[(from + step) % 3] as Phase)]
        }),
      )
    },
    begin: (stage) => {
      const posts = under(stage)
      const breaker = stage.plant.breaker(stage.shape.target)
      const rating = ratingOf(stage)
      const each = Math.min(32, (breaker.k * stage.dice.between(1.05, 1.25) * rating) / posts.length)
      posts.forEach((post, index) => {
        post.limitA = Math.round(each)
        post.car = newCar(stage.dice, 10 + index * stage.dice.between(14, 30), { terminals: 1, wantsA: each })
      })
      const total = each * posts.length
      if (total < breaker.k * 1.03 * rating) {
        for (const post of posts) {
          post.limitA = Math.ceil((breaker.k * 1.12 * rating) / posts.length)
          if (post.car !== null) post.car = { ...post.car, wantsA: (breaker.k * 1.12 * rating) / posts.length }
        }
      }
      return notYet
    },
  },
  {
    cause: 'supply-event',
    begin: (stage) => {
      company(stage)
      fill(stage, stage.dice.between(0.4, 0.9), 8)
      const atS = stage.dice.between(200, 350)
      const lasts = stage.dice.between(8, 60)
      let done = false
      return (nowS) => {
        stage.plant.setSupply(nowS >= atS && nowS < atS + lasts ? [0, 0, 0] : [1, 1, 1])
        if (nowS < atS || done) return false
        done = true
        return true
      }
    },
  },
  {
    cause: 'undersized-breaker',
    begin: (stage) => {
      company(stage, 0.15)
      const breaker = stage.plant.breaker(stage.shape.target)
      const multiple = stage.dice.between(0.66, 0.86)
      breaker.ratingA *= multiple / (breaker.k * stage.dice.between(1.01, 1.06))
      fill(stage, multiple, 6)
      return notYet
    },
  },
  {
    cause: 'telemetry-only',
    begin: (stage) => {
      company(stage)
      fill(stage, stage.dice.between(0.4, 0.9), 8)
      const atS = stage.dice.between(200, 350)
      const { circuits, meters } = stage.shape.site
      const meter = circuits.find(({ id }) => id === stage.shape.target)?.meter ?? meters[0]?.id ?? ''
      const lie = stage.dice.chance(0.6) ? ('silent' as const) : ('frozen' as const)
      const alsoPosts = stage.dice.chance(0.3)
      let done = false
      return (nowS) => {
        if (nowS < atS || done) return false
        done = true
        stage.tools.lies.set(meter, lie)
        if (alsoPosts) for (const post of under(stage)) stage.tools.deafPosts.add(post.id)
        return true
      }
    },
  },
]

/** The plant's own load manager for scenarios that leave it running (not used where the script sets limits itself). */
export const manager = createManager
