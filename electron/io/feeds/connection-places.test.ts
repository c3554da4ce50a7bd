import { PassThrough } from 'node:stream'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createPlaces } from './connection-places.ts'

describe('the places of a feed', () => {
  it('count who was let go of for another, and nobody who left by himself', () => {
    let letGo = 0
    const places = createPlaces(2, () => {
      letGo += 1
    })
    const reader = () => {
      const socket = new PassThrough() as unknown as Socket
      places.enter(socket)
      return socket
    }
    const [first, second] = [reader(), reader()]
    places.heard(first)
    expect(letGo).toBe(0)
    reader()
    expect(letGo).toBe(1)
    expect([first.destroyed, second.destroyed]).toEqual([false, true])
  })
})
