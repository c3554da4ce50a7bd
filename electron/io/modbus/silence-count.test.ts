import { describe, expect, it } from 'vitest'
import { createSilenceCount } from './silence-count.ts'

describe('silences in a row on a network line', () => {
  it('open it anew after three, six and twelve, and after three again once something answered', () => {
    const count = createSilenceCount({ before: 3, longest: 12, together: 1 })
    const untilReopened = (): number => {
      for (;;) {
        const requests = count.silent()
        if (requests !== null) return requests
      }
    }
    expect([untilReopened(), untilReopened(), untilReopened(), untilReopened()]).toEqual([3, 6, 12, 12])
    count.answered()
    expect(untilReopened()).toBe(3)
    count.connected()
    expect(untilReopened()).toBe(6)
  })
})
