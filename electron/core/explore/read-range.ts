import type { Cell } from '../../../shared/explore/reading.ts'
import type { ExchangeFault, ExchangeOutcome } from '../ports.ts'
import type { ReadRequest } from './explore-line.ts'

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

const exceptionWords: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'device failure',
  5: 'acknowledge',
  6: 'device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway: target failed to respond',
}
export const exceptionText = (code: number | null): string =>
  `exception ${String(code ?? '?')}${code !== null && code in exceptionWords ? `: ${exceptionWords[code] ?? ''}` : ''}`

/** Exceptions of the whole device, which asking for less does not cure: function, gateway path, gateway target. */
const isForAll = ({ kind, code }: ExchangeFault): boolean =>
  kind === 'exception' && (code === 1 || code === 10 || code === 11)

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
  const { unit, functionCode } = range
  const end = range.first + Math.min(range.count, 65536 - range.first)
  const found = new Map<number, Cell>()
  const read: { address: number; count: number }[] = []
  let requests = 0
  let timeouts = 0
  let problem: string | null = null
  const cells = (): Cell[] =>
    [...found.values()]
      .filter(({ address }) => address >= range.first && address < end)
      .sort((a, b) => a.address - b.address)

  const send = async (address: number, count: number): Promise<ExchangeOutcome | null> => {
    if (problem !== null || isCancelled()) return null
    if (requests >= mostRequests) {
      problem = `stopped after ${String(mostRequests)} requests: most of this range is refused. Choose a smaller range`
      return null
    }
    requests += 1
    let outcome = await ask({ unit, functionCode, address, count })
    // A busy device asks to be asked again.
    if (
      typeof outcome === 'object' &&
      !outcome.ok &&
      outcome.fault.kind === 'exception' &&
      (outcome.fault.code === 5 || outcome.fault.code === 6)
    ) {
      requests += 1
      outcome = await ask({ unit, functionCode, address, count })
    }
    if (typeof outcome === 'string') {
      problem = outcome
      return null
    }
    if (outcome.ok) {
      timeouts = 0
      outcome.words.forEach((word, index) => found.set(address + index, { address: address + index, word, why: null }))
      read.push({ address, count })
      onProgress(cells(), requests)
      return outcome
    }
    if (outcome.fault.kind !== 'exception') {
      timeouts += 1
      if (timeouts >= mostTimeouts || outcome.fault.kind === 'offline' || outcome.fault.kind === 'closed')
        problem = outcome.fault.message
    } else {
      timeouts = 0
      if (isForAll(outcome.fault)) problem = `${exceptionText(outcome.fault.code)}: ${outcome.fault.message}`
    }
    return outcome
  }
  const hole = (address: number, fault: ExchangeFault): void => {
    found.set(address, {
      address,
      word: null,
      why: fault.kind === 'exception' ? exceptionText(fault.code) : fault.message,
    })
  }

  const block = async (address: number, count: number): Promise<void> => {
    const outcome = await send(address, count)
    if (outcome === null || outcome.ok || problem !== null) return
    if (outcome.fault.kind !== 'exception') {
      // A lost reply says nothing about the registers: once more, then it is told.
      const again = await send(address, count)
      if (again !== null && !again.ok) for (let at = address; at < address + count; at += 1) hole(at, again.fault)
      return
    }
    if (count === 1) {
      const even = address - (address % 2)
      const pair = even + 1 < 65536 && !found.get(even)?.why ? await send(even, 2) : null
      if (pair?.ok === true) memory.isEvenOnly = true
      else hole(address, outcome.fault)
      return
    }
    const [left, right] = halves(address, count)
    await block(...left)
    if (problem === null) await block(...right)
    // "Illegal data value" may mean the length: what did answer is then a better first try for what follows.
    const longestRead = Math.max(0, ...read.map((one) => one.count))
    if (outcome.fault.code === 3 && longestRead >= 8) memory.longest = Math.min(memory.longest, longestRead)
  }

  if (memory.plan !== null) {
    for (const cell of memory.holes) found.set(cell.address, cell)
    for (const { address, count } of memory.plan) if (problem === null) await block(address, count)
  } else {
    let address = range.first
    while (address < end && problem === null && !isCancelled()) {
      if (found.has(address)) {
        address += 1
        continue
      }
      let count = Math.min(memory.longest, end - address)
      if (memory.isEvenOnly && address % 2 === 0 && count % 2 === 1) count = count === 1 ? 2 : count - 1
      await block(address, count)
      address += count
    }
    if (problem === null && !isCancelled()) {
      memory.plan = [...read].sort((a, b) => a.address - b.address)
      memory.holes = cells().filter(({ word }) => word === null)
    }
  }
  return { cells: cells(), requests, problem }
}
