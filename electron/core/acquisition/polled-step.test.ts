import { describe, expect, it } from 'vitest'
import type { ExchangeFault } from '../lines/field-line.ts'
import type { ExchangeOutcome } from '../lines/modbus-line.ts'
import { begun, openBook } from './block-book.ts'
import { isSilent, newLife } from './device-life.ts'
import { noDoubt } from './doubt-wait.ts'
import { newPace } from './poll-pace.ts'
import type { ScheduledBlock } from './poll-schedule.ts'
import { nextRead, stepRead, type PolledMemory, type PolledProfile, type ReadStep } from './polled-step.ts'

const profile: PolledProfile = {
  space: 'holding',
  line: { maxRegisters: 100, maxGap: 0, evenOnly: false, holes: [] },
  quantities: {
    u_l1: { address: 0, type: 'uint16', every: 'fast' },
    e_total: { address: 50, type: 'uint32', every: 'slow' },
  },
} as never

const memory = (): PolledMemory => ({
  profile,
  book: begun(openBook(profile, { periodMs: 1000 } as never), 0),
  life: newLife,
  pace: newPace,
  doubt: noDoubt,
  soundings: 0,
  probes: 0,
  othersSilent: null,
  flying: 0,
})
const headOf = ({ book }: PolledMemory): ScheduledBlock => {
  const [head] = book.items
  if (head === undefined) throw new Error('the plan is empty')
  return head
}
const fails = (fault: Partial<ExchangeFault> & Pick<ExchangeFault, 'kind'>): ExchangeOutcome => ({
  ok: false,
  atMs: 5000,
  fault: { code: null, message: 'x', ...fault },
})
const read = (before: PolledMemory, outcome: ExchangeOutcome, nowMs: number): ReadStep =>
  stepRead(before, { item: headOf(before), outcome, sentMs: nowMs - 300, nowMs, periodMs: 1000 })

describe('what one read teaches', () => {
  it('hands its words on, with the time it was read', () => {
    const before = memory()
    const words = Array.from({ length: headOf(before).block.count }, () => 230)
    const { effects } = read(before, { ok: true, words, atMs: 77, turnaroundMs: 1, completeMs: 2 }, 100)
    expect(effects).toMatchObject([{ kind: 'deliver', words, atMs: 77, block: headOf(before).block }])
  })
  it('of a line that is being closed changes nothing that is shown', () => {
    expect(read(memory(), fails({ kind: 'closed' }), 100).effects).toEqual([])
  })
  it('takes what can not be told apart neither for a value nor for silence, however often', () => {
    let now = memory()
    for (let round = 1; round <= 20; round += 1)
      now = read(now, fails({ kind: 'doubtful', isUnasked: true }), round).memory
    expect(isSilent(now.life)).toBe(false)
    expect(now.doubt.untilMs).toBeGreaterThan(20)
  })
  it('misses every quantity once the device is silent, and asks it seldom from then on', () => {
    let step: ReadStep = { memory: memory(), effects: [] }
    let nowMs = 0
    for (let round = 0; round < 10 && !isSilent(step.memory.life); round += 1) {
      nowMs += 1000
      step = read(step.memory, fails({ kind: 'timeout' }), nowMs)
    }
    expect(isSilent(step.memory.life)).toBe(true)
    expect(step.effects.at(-1)).toMatchObject({ kind: 'miss', keys: ['u_l1', 'e_total'] })
    expect(nextRead(step.memory, nowMs)?.dueMs).toBeGreaterThan(nowMs)
  })
  it('does not send a second request ahead of a device that has just failed', () => {
    const { memory: once } = read(memory(), fails({ kind: 'timeout' }), 1000)
    expect(nextRead({ ...once, flying: 1 }, 1000)).toBeNull()
    expect(nextRead({ ...once, flying: 0 }, 1000)).not.toBeNull()
  })
  it('says "later" of a busy device and splits no block for it', () => {
    const before = memory()
    const { memory: after } = read(before, fails({ kind: 'exception', code: 6 }), 1000)
    expect(after.book.items.map(({ block }) => block)).toEqual(before.book.items.map(({ block }) => block))
  })
})
