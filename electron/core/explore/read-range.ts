import type { Cell } from '../../../shared/explore/reading.ts'
import type { ExchangeFault } from '../lines/field-line.ts'
import type { ExchangeOutcome } from '../lines/modbus-line.ts'
import { exceptionText } from './exception-text.ts'
import type { ReadRequest } from './explore-port.ts'

export interface Range {
  readonly unit: number
  readonly functionCode: 3 | 4
  readonly first: number
  readonly count: number
}

/** What earlier rounds learned, so that a watch asks nothing in vain. */
export interface RangeMemory {
  /** Longest block tried: the standard's 125 (1.1b3, 6.3), less once the device refused for length. */
  longest: number
  /** Blocks that answered whole last time, and the holes between them. */
  plan: readonly { readonly address: number; readonly count: number }[] | null
  holes: readonly Cell[]
  isEvenOnly: boolean
}
export const freshMemory = (): RangeMemory => ({ longest: 125, plan: null, holes: [], isEvenOnly: false })

export interface RoundOutcome {
  readonly cells: readonly Cell[]
  readonly requests: number
  /** Why the round ended before its end; what was read until then stands. */
  readonly problem: string | null
}

/** A map full of holes takes two requests a register to find them all: more than this is no look but a siege. */
const mostRequests = 300
const mostTimeouts = 2

/** Exceptions of the whole device, which asking for less does not cure: function, gateway path, gateway target. */
const isForAll = ({ kind, code }: ExchangeFault): boolean =>
  kind === 'exception' && (code === 1 || code === 10 || code === 11)

/** A busy device asks to be asked again. */
const isBusy = ({ kind, code }: ExchangeFault): boolean => kind === 'exception' && (code === 5 || code === 6)

/** Cuts near the middle and at an even address: some devices answer even addresses and counts only. */
const halves = (address: number, count: number): [[number, number], [number, number]] => {
  let left = Math.ceil(count / 2)
  if ((address + left) % 2 === 1 && count > 2) left += left > 1 && left + 1 > count - 1 ? -1 : 1
  if (left >= count) left = count - 1
  return [
    [address, left],
    [address + left, count - left],
  ]
}

/** What was asked and what came of it in one round. */
const createRound = (
  { unit, functionCode, first, count: wanted }: Range,
  ask: (request: ReadRequest) => Promise<ExchangeOutcome | string>,
  isCancelled: () => boolean,
  onProgress: (cells: readonly Cell[], requests: number) => void,
) => {
  const end = first + Math.min(wanted, 65536 - first)
  const found = new Map<number, Cell>()
  const read: { readonly address: number; readonly count: number }[] = []
  let requests = 0
  let timeouts = 0
  let problem: string | null = null
  const cells = (): Cell[] =>
    [...found.values()].filter(({ address }) => address >= first && address < end).sort((a, b) => a.address - b.address)

  const askFor = async (address: number, count: number): Promise<ExchangeOutcome | string> => {
    requests += 1
    const outcome = await ask({ unit, functionCode, address, count })
    if (typeof outcome === 'string' || outcome.ok || !isBusy(outcome.fault)) return outcome
    requests += 1
    return ask({ unit, functionCode, address, count })
  }
  const note = (address: number, words: readonly number[]): void => {
    timeouts = 0
    words.forEach((word, index) => found.set(address + index, { address: address + index, word, why: null }))
    read.push({ address, count: words.length })
    onProgress(cells(), requests)
  }
  const noteFault = (fault: ExchangeFault): void => {
    timeouts = fault.kind === 'exception' ? 0 : timeouts + 1
    if (isForAll(fault)) problem = `${exceptionText(fault.code)}: ${fault.message}`
    if (timeouts >= mostTimeouts || fault.kind === 'offline' || fault.kind === 'closed') problem = fault.message
  }
  return {
    end,
    cells,
    found,
    read: read as readonly { readonly address: number; readonly count: number }[],
    requests: () => requests,
    problem: () => problem,
    isOver: () => problem !== null || isCancelled(),
    hole: (address: number, fault: ExchangeFault): void => {
      const why = fault.kind === 'exception' ? exceptionText(fault.code) : fault.message
      found.set(address, { address, word: null, why })
    },
    /** null: nothing is asked any more. */
    send: async (address: number, count: number): Promise<ExchangeOutcome | null> => {
      if (problem !== null || isCancelled()) return null
      if (requests >= mostRequests) {
        problem = `stopped after ${String(mostRequests)} requests: most of this range is refused. Choose a smaller range`
        return null
      }
      const outcome = await askFor(address, count)
      if (typeof outcome === 'string') {
        problem = outcome
        return null
      }
      if (outcome.ok) note(address, outcome.words)
      else noteFault(outcome.fault)
      return outcome
    },
  }
}
type Round = ReturnType<typeof createRound>

/** A register that was refused alone: a hole, unless it answers together with its even neighbour. */
const readAlone = async (round: Round, memory: RangeMemory, address: number, fault: ExchangeFault): Promise<void> => {
  const even = address - (address % 2)
  const pair = even + 1 < 65536 && !round.found.get(even)?.why ? await round.send(even, 2) : null
  if (pair?.ok === true) memory.isEvenOnly = true
  else round.hole(address, fault)
}

/** Reads a block, and where it is refused its halves, down to the registers that refuse. */
const readBlock = async (round: Round, memory: RangeMemory, address: number, count: number): Promise<void> => {
  const outcome = await round.send(address, count)
  if (outcome === null || outcome.ok || round.problem() !== null) return
  if (outcome.fault.kind !== 'exception') {
    // A lost reply says nothing about the registers: once more, then it is told.
    const again = await round.send(address, count)
    if (again !== null && !again.ok) for (let at = address; at < address + count; at += 1) round.hole(at, again.fault)
    return
  }
  if (count === 1) {
    await readAlone(round, memory, address, outcome.fault)
    return
  }
  const [left, right] = halves(address, count)
  await readBlock(round, memory, ...left)
  if (round.problem() === null) await readBlock(round, memory, ...right)
  // "Illegal data value" may mean the length: what did answer is then a better first try for what follows.
  const longestRead = Math.max(0, ...round.read.map((one) => one.count))
  if (outcome.fault.code === 3 && longestRead >= 8) memory.longest = Math.min(memory.longest, longestRead)
}

/** The blocks that answered last time; the holes between them are not asked for again. */
const readAgain = async (round: Round, memory: RangeMemory, plan: NonNullable<RangeMemory['plan']>): Promise<void> => {
  for (const cell of memory.holes) round.found.set(cell.address, cell)
  for (const { address, count } of plan) if (round.problem() === null) await readBlock(round, memory, address, count)
}

const readAnew = async (round: Round, memory: RangeMemory, first: number): Promise<void> => {
  let address = first
  while (address < round.end && !round.isOver()) {
    if (round.found.has(address)) {
      address += 1
      continue
    }
    let count = Math.min(memory.longest, round.end - address)
    if (memory.isEvenOnly && address % 2 === 0 && count % 2 === 1) count = count === 1 ? 2 : count - 1
    await readBlock(round, memory, address, count)
    address += count
  }
  if (round.isOver()) return
  memory.plan = [...round.read].sort((a, b) => a.address - b.address)
  memory.holes = round.cells().filter(({ word }) => word === null)
}

/**
 * Reads every register of the range that answers. A refused block is split until the refusing registers are found: those are the
 * holes. A register that answers only together with its even neighbour is read so. `isCancelled` is asked before each request.
 */
export const readRange = async (
  range: Range,
  memory: RangeMemory,
  ask: (request: ReadRequest) => Promise<ExchangeOutcome | string>,
  isCancelled: () => boolean,
  onProgress: (cells: readonly Cell[], requests: number) => void,
): Promise<RoundOutcome> => {
  const round = createRound(range, ask, isCancelled, onProgress)
  if (memory.plan === null) await readAnew(round, memory, range.first)
  else await readAgain(round, memory, memory.plan)
  return { cells: round.cells(), requests: round.requests(), problem: round.problem() }
}
