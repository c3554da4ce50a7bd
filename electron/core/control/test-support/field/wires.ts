import type { Phase } from '../../../../../shared/model/phase.ts'
import type { Dice } from './random.ts'

/*
 * The installation as it is: copper, cars and loads. Nothing here knows of limits that are decided, of shares or of belief; it shares
 * no code with the controller. Currents in amperes, times in seconds since the beginning.
 */

export const conductors: readonly Phase[] = ['L1', 'L2', 'L3']
export type Currents = Record<Phase, number>

export interface Load {
  /** Steps in time: from this second on it draws this. */
  readonly steps: readonly {
    readonly fromS: number
    readonly amperes: Currents
  }[]
  readonly rippleA: number
}

export interface Board {
  readonly id: string
  readonly parent: string | null
  readonly limitA: number
  readonly load: Load
}

export interface Car {
  /** How many of the socket's terminals it uses. */
  readonly terminals: number
  readonly maximumA: number
  readonly ampsPerS: number
  readonly delayS: number
  readonly fromS: number
}

export interface Outlet {
  readonly id: string
  readonly board: string
  /** Conductor at terminal T1, T2, T3. */
  readonly wiring: readonly Phase[]
  readonly maximumA: number
  readonly car: Car | null
}

export interface Wires {
  readonly boards: readonly Board[]
  readonly outlets: readonly Outlet[]
}

interface CarState {
  drawnA: number
  /** The pilot as the car will follow it after its delay. */
  followed: { readonly atS: number; readonly limitA: number }[]
}

const noCurrent = (): Currents => ({ L1: 0, L2: 0, L3: 0 })

export const createPhysics = ({ boards, outlets }: Wires, dice: Dice) => {
  const cars = new Map<string, CarState>(outlets.map(({ id }) => [id, { drawnA: 0, followed: [] }]))
  const limits = new Map<string, number>(outlets.map(({ id }) => [id, 0]))
  const children = new Map(boards.map(({ id }) => [id, boards.filter(({ parent }) => parent === id)]))
  const own = new Map<string, Currents>()
  const total = new Map<string, Currents>(boards.map(({ id }) => [id, noCurrent()]))
  /** What would flow at once if every car took no more than it is told now: the part that is control's. */
  const asTold = new Map<string, Currents>(boards.map(({ id }) => [id, noCurrent()]))
  let nowS = 0

  const loadNow = ({ load }: Board): Currents => {
    let at = noCurrent()
    for (const step of load.steps) if (step.fromS <= nowS) at = step.amperes
    const ripple = () => load.rippleA * (2 * dice.next() - 1)
    return {
      L1: Math.max(0, at.L1 + ripple()),
      L2: Math.max(0, at.L2 + ripple()),
      L3: Math.max(0, at.L3 + ripple()),
    }
  }
  const used = (outlet: Outlet): readonly Phase[] => outlet.wiring.slice(0, outlet.car?.terminals ?? 0)

  const drive = (outlet: Outlet, dtS: number): void => {
    const state = cars.get(outlet.id) as CarState
    const { car } = outlet
    const limitA = limits.get(outlet.id) ?? 0
    const last = state.followed.at(-1)
    if (last?.limitA !== limitA) state.followed.push({ atS: nowS, limitA })
    if (car === null || nowS < car.fromS) {
      state.drawnA = 0
      return
    }
    let felt = 0
    for (const item of state.followed) if (item.atS <= nowS - car.delayS) felt = item.limitA
    // A pilot below 6 A lets nothing flow (IEC 61851-1).
    const goal = felt >= 6 ? Math.min(felt, car.maximumA) : 0
    const step = car.ampsPerS * dtS
    state.drawnA += Math.max(-step, Math.min(step, goal - state.drawnA))
  }

  const sumUp = (board: Board): { readonly now: Currents; readonly told: Currents } => {
    const now = own.get(board.id) ?? noCurrent()
    const sum = { now: { ...now }, told: { ...now } }
    for (const outlet of outlets) {
      if (outlet.board !== board.id) continue
      const drawn = cars.get(outlet.id)?.drawnA ?? 0
      const limit = limits.get(outlet.id) ?? 0
      for (const phase of used(outlet)) {
        sum.now[phase] += drawn
        sum.told[phase] += Math.min(drawn, limit >= 6 ? limit : 0)
      }
    }
    for (const child of children.get(board.id) ?? []) {
      const below = sumUp(child)
      for (const phase of conductors) {
        sum.now[phase] += below.now[phase]
        sum.told[phase] += below.told[phase]
      }
    }
    total.set(board.id, sum.now)
    asTold.set(board.id, sum.told)
    return sum
  }

  return {
    step: (dtS: number): void => {
      nowS += dtS
      for (const board of boards) own.set(board.id, loadNow(board))
      for (const outlet of outlets) drive(outlet, dtS)
      for (const board of boards) if (board.parent === null) sumUp(board)
    },
    nowS: (): number => nowS,
    current: (boardId: string): Currents => total.get(boardId) ?? noCurrent(),
    asTold: (boardId: string): Currents => asTold.get(boardId) ?? noCurrent(),
    /** Current at each terminal of an outlet. */
    terminals: (outlet: Outlet): readonly number[] =>
      outlet.wiring.map((_, index) => (index < (outlet.car?.terminals ?? 0) ? (cars.get(outlet.id)?.drawnA ?? 0) : 0)),
    /** What an outlet puts on a conductor as it is told now. */
    share: (outlet: Outlet, phase: Phase): number => {
      const limit = limits.get(outlet.id) ?? 0
      return used(outlet).includes(phase) ? Math.min(cars.get(outlet.id)?.drawnA ?? 0, limit >= 6 ? limit : 0) : 0
    },
    hasCar: ({ car }: Outlet): boolean => car !== null && nowS >= car.fromS,
    limit: (id: string): number => limits.get(id) ?? 0,
    tell: (id: string, limitA: number): void => {
      limits.set(id, limitA)
    },
  }
}
export type Physics = ReturnType<typeof createPhysics>

/** Whether a board is fed through another, or is it. */
export const isBelow = (wires: Wires, board: string, above: string): boolean => {
  if (board === above) return true
  const parent = wires.boards.find(({ id }) => id === board)?.parent ?? null
  return parent !== null && isBelow(wires, parent, above)
}

/** A rise of other load that a decision has to answer, A. */
const leastRiseA = 1

/** When other load at a board, or below it, rose last on a conductor; -Infinity before the first time. */
export const createRises = (wires: Wires) => {
  const timesOf = new Map<string, readonly number[]>()
  for (const { id } of wires.boards) {
    const below = wires.boards.filter((board) => isBelow(wires, board.id, id))
    for (const phase of conductors)
      timesOf.set(
        `${id} ${phase}`,
        below.flatMap(({ load: { steps } }) =>
          steps.flatMap(({ fromS, amperes }, index) =>
            amperes[phase] - (steps[index - 1]?.amperes[phase] ?? Infinity) >= leastRiseA ? [fromS] : [],
          ),
        ),
      )
  }
  return {
    lastS: (board: string, phase: Phase, nowS: number): number =>
      Math.max(-Infinity, ...(timesOf.get(`${board} ${phase}`) ?? []).filter((atS) => atS <= nowS)),
  }
}
