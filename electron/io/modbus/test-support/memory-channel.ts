import type { LineProblem } from '../../../../shared/said/line-problem.ts'
import type { FakeClock } from '../../../core/test-support/fake-clock.ts'
import type { ByteChannel, ChannelListeners } from '../byte-channel.ts'

export interface MemoryChannel extends ByteChannel {
  /** Bytes from the far side, now; dropped while the channel is closed, unless it opens again before. */
  receive(bytes: Uint8Array): void
  /** The far side goes away. */
  drop(message: string): void
  /** The far side closes in good order. */
  hangUp(): void
  refuse: string | null
  opens: number
}

const said = (message: string): LineProblem => ({ kind: 'failed', where: 'memory', isSerial: false, message })

/** A channel on the fake clock: `onWrite` plays the far side. */
export const createMemoryChannel = (
  clock: FakeClock,
  onWrite: (bytes: Uint8Array, channel: MemoryChannel) => void,
): MemoryChannel => {
  let listeners: ChannelListeners | null = null
  const channel: MemoryChannel = {
    where: 'memory',
    refuse: null,
    opens: 0,
    async open(wanted) {
      await new Promise<void>((resolve) => {
        clock.after(1, resolve)
      })
      channel.opens += 1
      if (channel.refuse !== null) return said(channel.refuse)
      listeners = wanted
      return null
    },
    write(bytes) {
      if (listeners !== null) onWrite(bytes.slice(), channel)
    },
    async close() {
      listeners = null
      await Promise.resolve()
    },
    receive(bytes) {
      listeners?.data(bytes)
    },
    drop(message) {
      const current = listeners
      listeners = null
      current?.closed(said(message))
    },
    hangUp() {
      const current = listeners
      listeners = null
      current?.closed({ kind: 'closed', where: 'memory' })
    },
  }
  return channel
}
