import { expect, it } from 'vitest'
import type { ExchangeOutcome } from '../lines/modbus-line.ts'
import { createMeterWay } from './meter-way.ts'

const timeout = { ok: false, atMs: 0, fault: { kind: 'timeout', message: 'no reply' } } as unknown as ExchangeOutcome
const words = { ok: true, atMs: 0, completeMs: 10, words: [7] } as unknown as ExchangeOutcome

const wayOf = (answer: (deadlineMs: number) => ExchangeOutcome) => {
  const deadlines: number[] = []
  const way = createMeterWay(
    { id: 'm', line: 'l', unit: 1 },
    { space: 'holding', line: { timeoutMs: 300, quietMs: 0 } } as unknown as Parameters<typeof createMeterWay>[1],
    {
      clock: { nowMs: () => 0, monotonicMs: () => 0, after: () => () => undefined },
      background: (_line, _request, { deadlineMs }) => {
        deadlines.push(deadlineMs)
        return Promise.resolve(answer(deadlineMs))
      },
      mayAsk: () => true,
    },
  )
  return { way, deadlines }
}

it('a record is asked for within the usual time of the meter, which fits into a gap of the polling', async () => {
  const { way, deadlines } = wayOf(() => words)
  for (let count = 0; count < 3; count += 1) expect(await way.read(0, 1)).toMatchObject({ ok: true, words: [7] })
  expect(deadlines).toEqual([300, 300, 300])
})

it('a meter whose records take longer is waited for longer, from its first lost reply on', async () => {
  const { way, deadlines } = wayOf((deadlineMs) => (deadlineMs < 1000 ? timeout : words))
  expect(await way.read(0, 1)).toMatchObject({ ok: true })
  expect(await way.read(0, 1)).toMatchObject({ ok: true })
  expect(deadlines).toEqual([300, 2000, 2000])
})

it('a write has the long time at once: it is never sent twice', async () => {
  const { way, deadlines } = wayOf(() => timeout)
  expect(await way.write(0, [1])).toMatchObject({ ok: false, isRefused: false })
  expect(deadlines).toEqual([2000])
})
