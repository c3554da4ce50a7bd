import type { Field } from './random-field.ts'
import { conductors, isBelow, type Currents, type Outlet, type Physics } from './wires.ts'

/*
 * A wrong ratio is contradicted only by the sizes of steps, so what can be asked of control begins with steps from which anyone could tell: the
 * chargers below kept still, rose together by 2.5 A or more, kept still again, measure all they draw, and nothing else moved by a tenth of
 * it meanwhile, its ripple apart. A level is judged 6 s after it began (derive/step-track.ts), and two steps must say the same (derive/phase-evidence.ts).
 */
const beforeS = 4
const changeS = 6
const afterS = 8
const spanS = beforeS + changeS + afterS
const stillA = 0.2
const leastA = 2.5
const quietShare = 0.1
const stepsNeeded = 2
/** A cycle, and a charger read once a second. */
const judgedS = 2.5

interface Moment {
  readonly atS: number
  readonly drawn: readonly number[]
  readonly other: Currents
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values)

/** What each charger rose by from the first seconds to the last; null where one did not keep still in either, or something else moved. */
const riseOf = (moments: readonly Moment[], nowS: number): readonly number[] | null => {
  const before = moments.filter(({ atS }) => atS <= nowS - spanS + beforeS)
  const after = moments.filter(({ atS }) => atS >= nowS - afterS)
  const [first] = before
  const last = after.at(-1)
  if (first === undefined || last === undefined || first.atS > nowS - spanS + 0.3) return null
  const keepStill = first.drawn.every((_, index) =>
    [before, after].every((side) => spread(side.map(({ drawn }) => drawn[index] ?? 0)) <= stillA),
  )
  const rise = last.drawn.map((amperes, index) => amperes - (first.drawn[index] ?? 0))
  const most = Math.max(0, ...rise)
  const between = moments.filter((moment) => !before.includes(moment) && !after.includes(moment))
  const isQuiet = conductors.every(
    (phase) =>
      spread([before, between, after].map((part) => mean(part.map(({ other }) => other[phase])))) <= quietShare * most,
  )
  return keepStill && isQuiet && most >= leastA && rise.every((amperes) => amperes >= -stillA) ? rise : null
}

/** Follows what a meter with a wrong ratio could have told by; answers whether that was enough by now. */
export const createTellingSteps = ({ wires, meters, ownMeters, lie }: Field, physics: Physics) => {
  const liar = [...meters.values()].find(({ kind }) => kind.lie === lie)
  const isAsked = liar !== undefined && lie.kind === 'scaled' && lie.factor > 0.1 && lie.factor < 1
  const outlets: readonly Outlet[] = wires.outlets.filter(
    ({ car, board }) => liar !== undefined && car !== null && isBelow(wires, board, liar.board),
  )
  const measureAll = outlets.every(({ id }) => (ownMeters.get(id) ?? 'all') === 'all')
  let moments: readonly Moment[] = []
  let seen = 0
  let toldS = Infinity

  const look = (nowS: number): void => {
    if (!isAsked || !measureAll || nowS < liar.kind.lieFromS) return
    const terminals = outlets.map((outlet) => physics.terminals(outlet))
    const current = physics.current(liar.board)
    const ofChargers = (phase: (typeof conductors)[number]): number =>
      outlets.reduce((sum, { wiring }, index) => sum + (terminals[index]?.[wiring.indexOf(phase)] ?? 0), 0)
    const other: Currents = {
      L1: current.L1 - ofChargers('L1'),
      L2: current.L2 - ofChargers('L2'),
      L3: current.L3 - ofChargers('L3'),
    }
    const drawn = terminals.map((each) => Math.max(0, ...each))
    moments = [...moments.filter(({ atS }) => atS >= nowS - spanS), { atS: nowS, drawn, other }]
    if (riseOf(moments, nowS) === null) return
    seen += 1
    // The next one may begin where this one ended.
    moments = moments.filter(({ atS }) => atS >= nowS - afterS)
    if (seen === stepsNeeded) toldS = nowS + judgedS
  }
  return {
    look,
    /** Everything else that a meter says is contradicted by itself, or within the time bound.ts names. */
    isTold: (nowS: number): boolean => !isAsked || nowS >= toldS,
  }
}
