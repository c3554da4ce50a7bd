import { describe, expect, it } from 'vitest'
import { createCommandLog } from './command-log.ts'

const intent = { method: 'snapshot.export', who: 'Operator', intentId: 'a' }

describe('a large answer', () => {
  it('is shared while it is made, and then nothing of it is kept', async () => {
    const once = createCommandLog()
    let made = 0
    const make = () => {
      made += 1
      return Promise.resolve({ bytes: made })
    }
    const [first, second] = await Promise.all([
      once(intent, make, { isLarge: true }),
      once(intent, make, { isLarge: true }),
    ])
    expect([first, second, made]).toEqual([{ bytes: 1 }, { bytes: 1 }, 1])
    expect(await once(intent, make, { isLarge: true })).toEqual({ bytes: 2 })
  })

  it('leaves nothing behind that a garbage collector could not take', async () => {
    const once = createCommandLog()
    const held: WeakRef<object>[] = []
    for (let turn = 0; turn < 20; turn += 1)
      await once(
        { ...intent, intentId: String(turn) },
        () => {
          const answer = { bytes: new Uint8Array(1 << 20) }
          held.push(new WeakRef(answer))
          return answer
        },
        { isLarge: true },
      )
    // Collected when the engine wants to: asked for by filling memory, and some turns of the event loop.
    for (let turn = 0; turn < 50 && held.some((answer) => answer.deref() !== undefined); turn += 1) {
      Array.from({ length: 50 }, () => new Uint8Array(1 << 20))
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
    expect(held.filter((answer) => answer.deref() !== undefined).length).toBeLessThan(20)
  })
})
