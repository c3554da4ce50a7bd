import { describe, expect, it } from 'vitest'
import { encodeRecord } from '../../../shared/mbus/encode-telegram.ts'
import { sent } from './mbus-bus.ts'

const current = (value: number) => ({ vif: [0xfd, 0xda, 0xff, 1], data: { coding: 'int16' as const, value } })

describe('what a simulated M-Bus meter sends', () => {
  it('is the value where it fits into its data field', () => {
    expect(sent(current(32_767))).toEqual(current(32_767))
  })

  it('is a value during an error where it does not: 379.66 A in a field that ends at 327.67', () => {
    const record = sent(current(37_966))
    expect(record).toMatchObject({ function: 'error', data: { value: 0 } })
    expect(encodeRecord(record)[0]).toBe(0x02 | 0x30)
  })
})
