import { expect, it } from 'vitest'
import { createTurnarounds } from './turnarounds.ts'
import { createTwinFunctions, isSameRegisters } from './twin-function.ts'

const own = [2301, 0, 2298, 0, 2305, 0]

it('two reads are of the same registers where most words stand still and some of those are not 0', () => {
  expect(isSameRegisters(own, [2301, 0, 2299, 0, 2305, 0])).toBe(true)
  // Other registers that are mostly 0 as well, and a device of which nothing shows anything.
  expect(isSameRegisters(own, [17, 0, 88, 0, 3, 0])).toBe(false)
  expect(isSameRegisters([0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0])).toBe(false)
})

it('the other function is used only after the device was seen to answer the same by it, and not after it refused', () => {
  let nowMs = 0
  const twins = createTwinFunctions(() => nowMs)
  expect([twins.isProven(1), twins.isDue(1)]).toEqual([false, true])
  twins.tried(1, own, null)
  expect([twins.isProven(1), twins.isDue(1)]).toEqual([false, false])
  nowMs += 600_000
  twins.tried(1, own, own)
  expect([twins.isProven(1), twins.isProven(2)]).toEqual([true, false])
  twins.refused(1)
  expect(twins.isProven(1)).toBe(false)
})

it('one reply at an odd time teaches no habit, four in a row do', () => {
  const turnarounds = createTurnarounds()
  for (const ms of [20, 25, 30, 22, 28, 24, 26, 21, 29, 27]) turnarounds.note(1, ms)
  turnarounds.noteLater(1, 1990)
  expect(turnarounds.fit(1, 600)).toBe('later')
  expect(turnarounds.fit(1, 3)).toBe('sooner')
  turnarounds.note(1, 25)
  for (let count = 0; count < 3; count += 1) turnarounds.noteLater(1, 400)
  expect(turnarounds.fit(1, 400)).toBe('later')
  turnarounds.noteLater(1, 400)
  expect(turnarounds.fit(1, 400)).toBe('usual')
})
