import { describe, expect, it } from 'vitest'
import { createAccess, isSame } from './access.ts'

describe('keys', () => {
  it('are compared whatever their bytes', () => {
    expect(isSame('abc', 'abc')).toBe(true)
    for (const other of ['', 'ab', 'abcd', 'ab\xe9', 'ab€', '\0\0\0', 'ABC']) expect(isSame('abc', other)).toBe(false)
    const { tokens, callerOf } = createAccess(() => 0)
    expect(callerOf(tokens.operator)?.role).toBe('operator')
    expect(callerOf(tokens.viewer)?.role).toBe('viewer')
    expect(callerOf(`${tokens.operator.slice(0, -1)}\xe9`)).toBeNull()
    expect(callerOf('')).toBeNull()
  })
})

describe('codes', () => {
  it('are exchanged once for the key of their role', () => {
    const access = createAccess(() => 0)
    const [operator, viewer] = [access.issue('operator', null), access.issue('viewer', null)]
    expect(operator).not.toBe(viewer)
    expect(access.redeem(viewer)).toMatchObject({ ok: true, token: access.tokens.viewer, role: 'viewer' })
    expect(access.redeem(viewer)).toEqual({ ok: false, why: 'used' })
    expect(access.redeem(operator)).toMatchObject({ ok: true, token: access.tokens.operator, wasPrinted: true })
    expect(access.redeem('never issued')).toEqual({ ok: false, why: 'unknown' })
    expect(access.redeem(access.tokens.operator), 'a key is no code').toEqual({ ok: false, why: 'unknown' })
  })

  it('end after their time, and stay ended', () => {
    let nowMs = 0
    const access = createAccess(() => nowMs)
    const [inTime, late] = [access.issue('operator', 60_000), access.issue('operator', 60_000)]
    nowMs = 59_999
    expect(access.redeem(inTime)).toMatchObject({ ok: true, wasPrinted: false })
    nowMs = 60_001
    expect(access.redeem(late)).toEqual({ ok: false, why: 'expired' })
    expect(access.redeem(late)).toEqual({ ok: false, why: 'used' })
  })

  it('are bounded in number: the oldest is forgotten', () => {
    const access = createAccess(() => 0)
    const codes = Array.from({ length: 300 }, () => access.issue('viewer', null))
    expect(access.redeem(codes[0] as string)).toEqual({ ok: false, why: 'unknown' })
    expect(access.redeem(codes[299] as string).ok).toBe(true)
  })
})
