import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createClient } from '../../../shared/api/client.ts'
import { Refusal, type Caller } from '../../../shared/api/define.ts'
import { serve } from '../../../shared/api/server.ts'
import { fetchFile, sendFile, type TransferProgress } from '../../../shared/api/transfer-client.ts'
import { pieceBytes, transferContract } from '../../../shared/api/transfer-contract.ts'
import { createMemoryPair } from '../../../shared/test-support/memory-pair.ts'
import { collect } from '../../../shared/test-support/collect.ts'
import type { Archive } from '../archive-port.ts'
import { createFakeClock } from '../test-support/fake-clock.ts'
import type { FileOffer } from './file-offer.ts'
import type { FileReceiver } from './file-receiver.ts'
import { inPieces } from './in-pieces.ts'
import { createTransferPart } from './transfer-part.ts'

const archive: Pick<Archive, 'hash'> = {
  hash: () => {
    const hash = createHash('sha256')
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') }
  },
}
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const until = async (condition: () => boolean) => {
  while (!condition())
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
}
const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

const begin = (
  receivers: ReadonlyMap<string, FileReceiver> = new Map(),
  caller: Caller = { role: 'operator', name: 'T' },
) => {
  const clock = createFakeClock()
  let ids = 0
  const part = createTransferPart({ clock, newId: () => id((ids += 1)), archive, receivers })
  const { left, right } = createMemoryPair()
  serve(transferContract, part.handlers, right, caller)
  return { clock, part, left, right, client: createClient(transferContract, left) }
}

/** `runs` runs of 100,000 bytes; counts what was made and tells whether its maker ended. */
const madeFile = (runs: number) => {
  const state = { made: 0, isOver: false }
  const run = (at: number) => new Uint8Array(100_000).fill(at % 256)
  const offer: FileOffer = {
    fileName: 'file.bin',
    mediaType: 'application/octet-stream',
    content: async function* (tell) {
      try {
        for (let at = 0; at < runs; at += 1) {
          tell({ text: `run ${at}`, share: at / runs })
          state.made += 100_000
          yield run(at)
          await Promise.resolve()
        }
      } finally {
        state.isOver = true
      }
    },
    whole: async ({ size }) => [{ name: 'inside', bytes: size, sha256: '' }],
  }
  return { state, offer, all: () => Buffer.concat(Array.from({ length: runs }, (_, at) => run(at))) }
}

describe('pieces of a file', () => {
  it('are of one length but the last, whatever the runs', async () => {
    const runs = [3, 0, 10, 1, 1, 25, 4].map((length, index) => new Uint8Array(length).fill(index))
    const content = async function* () {
      yield* runs
    }
    const pieces = await collect(inPieces(content(), 8))
    expect(pieces.map(({ length }) => length)).toEqual([8, 8, 8, 8, 8, 4])
    expect(Buffer.concat(pieces)).toEqual(Buffer.concat(runs))
  })
})

describe('a file that is fetched', () => {
  it('arrives whole, with progress, its hash and what is in it', async () => {
    const { part, client } = begin()
    const { offer, all } = madeFile(40)
    const got: Uint8Array[] = []
    const progress: TransferProgress[] = []
    const fetched = await fetchFile(client, {
      ticket: part.offer(offer),
      write: (bytes) => {
        got.push(bytes)
      },
      onProgress: (now) => progress.push(now),
      isCancelled: () => false,
    })
    expect(Buffer.concat(got)).toEqual(all())
    expect(fetched).toEqual({
      fileName: 'file.bin',
      mediaType: 'application/octet-stream',
      size: 4_000_000,
      sha256: sha256(all()),
      files: [{ name: 'inside', bytes: 4_000_000, sha256: '' }],
    })
    expect(progress.at(-1)).toMatchObject({ bytes: 4_000_000, text: 'run 39' })
    expect(progress.map(({ bytes }) => bytes)).toEqual(progress.map(({ bytes }) => bytes).toSorted((a, b) => a - b))
  })

  it('is made no faster than a slow page takes it, and no more while bytes wait in the link', async () => {
    const { part, client, right } = begin()
    const { offer, state } = madeFile(1000)
    let taken = 0
    let most = 0
    const done = fetchFile(client, {
      ticket: part.offer(offer),
      write: async (bytes) => {
        await new Promise((resolve) => {
          setImmediate(resolve)
        })
        most = Math.max(most, state.made - taken)
        taken += bytes.length
        if (taken === 40 * pieceBytes) right.backlogBytes = 50_000_000
      },
      onProgress: () => undefined,
      isCancelled: () => false,
    })
    await until(() => taken >= 40 * pieceBytes)
    for (let turn = 0; turn < 50; turn += 1)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    // One at a time while the link is full: the next goes only when the last was taken.
    expect(state.made - taken).toBeLessThan(3 * pieceBytes)
    right.backlogBytes = 0
    right.drained()
    await done
    expect(taken).toBe(100_000_000)
    // The window of the flow, what is in the making, and what the reader holds.
    expect(most).toBeLessThan(7 * pieceBytes)
  })

  it('ends where it is cancelled, and where the page goes away', async () => {
    const { part, client, right } = begin()
    const first = madeFile(1_000_000)
    let pieces = 0
    const cancelled = await fetchFile(client, {
      ticket: part.offer(first.offer),
      write: () => {
        pieces += 1
      },
      onProgress: () => undefined,
      isCancelled: () => pieces === 5,
    })
    expect(cancelled).toBeNull()
    await until(() => first.state.isOver)
    expect(first.state.made).toBeLessThan(20 * pieceBytes)

    const second = madeFile(1_000_000)
    const lost = fetchFile(client, {
      ticket: part.offer(second.offer),
      write: () => {
        pieces += 1
        if (pieces === 12) right.close()
      },
      onProgress: () => undefined,
      isCancelled: () => false,
    })
    await expect(lost).rejects.toThrow('The connection to the program was lost')
    await until(() => second.state.isOver)
  })

  it('tells what is being done while nothing comes', async () => {
    const { part, client, clock } = begin()
    let go: () => void = () => undefined
    const ticket = part.offer({
      fileName: 'slow',
      mediaType: 'text/plain',
      content: async function* (tell) {
        tell({ text: 'looking for it', share: 0.25 })
        await new Promise<void>((resolve) => {
          go = resolve
        })
        yield Uint8Array.of(1)
      },
    })
    const progress: TransferProgress[] = []
    const done = fetchFile(client, {
      ticket,
      write: () => undefined,
      onProgress: (now) => progress.push(now),
      isCancelled: () => false,
    })
    await clock.advance(1100)
    expect(progress).toEqual([
      { bytes: 0, text: 'looking for it', share: 0.25 },
      { bytes: 0, text: 'looking for it', share: 0.25 },
    ])
    go()
    expect(await done).toMatchObject({ size: 1 })
    expect(clock.pending()).toBe(0)
  })

  it('is had once, for a minute, and not by a ticket that was never given', async () => {
    const { part, client, clock } = begin()
    const fetch = (ticket: string) =>
      fetchFile(client, { ticket, write: () => undefined, onProgress: () => undefined, isCancelled: () => false })
    const ticket = part.offer(madeFile(1).offer)
    expect(await fetch(ticket)).toMatchObject({ size: 100_000 })
    await expect(fetch(ticket)).rejects.toThrow(Refusal)
    const late = part.offer(madeFile(1).offer)
    await clock.advance(61_000)
    await expect(fetch(late)).rejects.toThrow('was not fetched in time')
    await expect(fetch(id(999))).rejects.toThrow('ask for it again')
    for (let count = 0; count < 32; count += 1) part.offer(madeFile(1).offer)
    expect(() => part.offer(madeFile(1).offer)).toThrow('too many files were asked for')
    await part.stop?.('over')
    expect(clock.pending()).toBe(0)
  })

  it('that fails in the making is told with why', async () => {
    const { part, client } = begin()
    const ticket = part.offer({
      fileName: 'x',
      mediaType: 'x/y',
      content: async function* () {
        yield new Uint8Array(pieceBytes)
        throw new Refusal('the store was closed meanwhile')
      },
    })
    const done = fetchFile(client, {
      ticket,
      write: () => undefined,
      onProgress: () => undefined,
      isCancelled: () => false,
    })
    await expect(done).rejects.toThrow('the store was closed meanwhile')
  })
})

describe('a file that is sent', () => {
  const receiver = (largestBytes = 10_000_000) => {
    const came: Uint8Array[] = []
    const state = { came, aborted: 0, ended: '', waiting: [] as (() => void)[], isSlow: false }
    const files: FileReceiver = {
      largestBytes,
      begin: async ({ fileName }) => {
        if (fileName === 'locked') throw new Refusal('the folder is full')
        return {
          write: async (bytes) => {
            if (state.isSlow)
              await new Promise<void>((resolve) => {
                state.waiting.push(resolve)
              })
            came.push(bytes)
          },
          end: async ({ sha256: hash }) => {
            if (fileName === 'odd') throw new Refusal('this is no recording')
            state.ended = hash
            return `${fileName} is open`
          },
          abort: async () => {
            state.aborted += 1
          },
        }
      },
    }
    return { state, receivers: new Map([['recording', files]]) }
  }
  const bytes = Uint8Array.from({ length: 1_000_000 }, (_, index) => (index * 31) % 251)
  const options = (more: object = {}) => ({
    transferId: id(1),
    purpose: 'recording',
    fileName: 'day.zip',
    size: bytes.length,
    read: async (at: number, length: number) => bytes.slice(at, at + length),
    onProgress: () => undefined,
    isCancelled: () => false,
    ...more,
  })

  it('arrives whole, piece by piece, with progress', async () => {
    const { state, receivers } = receiver()
    const { client, clock } = begin(receivers)
    const shares: (number | null)[] = []
    const sent = await sendFile(client, options({ onProgress: ({ share }: TransferProgress) => shares.push(share) }))
    expect(sent).toEqual({ text: 'day.zip is open', sha256: sha256(bytes) })
    expect(Buffer.compare(Buffer.concat(state.came), bytes)).toBe(0)
    expect([state.ended, state.aborted]).toEqual([sha256(bytes), 0])
    expect(shares.at(-1)).toBe(1)
    expect(shares).toHaveLength(4)
    expect(await sendFile(client, options({ size: 0 }))).toMatchObject({ sha256: sha256(new Uint8Array()) })
    await clock.advance(1000)
    expect(clock.pending()).toBe(0)
  })

  it('waits for a receiver that is slow: never more than one piece is on its way', async () => {
    const { state, receivers } = receiver()
    const { client } = begin(receivers)
    state.isSlow = true
    let read = 0
    const done = sendFile(
      client,
      options({
        read: async (at: number, length: number) => {
          read = at + length
          return bytes.slice(at, at + length)
        },
      }),
    )
    for (let piece = 1; piece <= 4; piece += 1) {
      await until(() => state.waiting.length === 1)
      expect(read).toBeLessThanOrEqual(piece * pieceBytes)
      state.waiting.shift()?.()
    }
    expect(await done).toMatchObject({ text: 'day.zip is open' })
  })

  it.each([
    ['too large', { size: 20_000_000 }, /too large: 19\.1 MiB, at most 9\.5 MiB/],
    ['for a purpose nobody has', { purpose: 'firmware' }, /no file is taken here for "firmware"/],
    ['that the receiver does not begin', { fileName: 'locked' }, /the folder is full/],
    ['that is no good when whole', { fileName: 'odd' }, /this is no recording/],
    ['that was cut short meanwhile', { size: 2_000_000 }, /ended after 1000000 bytes/],
  ])('%s is refused with words', async (_, more, words) => {
    const { state, receivers } = receiver()
    const { client, clock } = begin(receivers)
    await expect(sendFile(client, options(more))).rejects.toThrow(words)
    await clock.advance(1000)
    expect(state.ended).toBe('')
    // What was begun is thrown away.
    expect(state.aborted).toBe(state.came.length > 0 ? 1 : 0)
  })

  it('is not taken from a viewer, nor more of it than was declared, nor out of order', async () => {
    const { receivers } = receiver()
    const viewer = begin(receivers, { role: 'viewer', name: 'V' })
    await expect(sendFile(viewer.client, options())).rejects.toThrow('viewing only')

    const { client } = begin(receivers)
    const flow = client
      .pull('transfer.receive', { transferId: id(2), purpose: 'recording', fileName: 'a', size: 10 })
      [Symbol.asyncIterator]()
    expect(await flow.next()).toMatchObject({ value: { kind: 'begin' } })
    const send = (at: number, length: number, transferId = id(2)) =>
      client.call('transfer.send', { transferId, at, bytes: new Uint8Array(length) })
    await expect(send(5, 1)).rejects.toThrow('those from 0 on are next')
    await expect(send(0, 11)).rejects.toThrow('more was sent than the 10 bytes')
    await expect(send(0, 1, id(3))).rejects.toThrow('not being received any more')
    expect(await send(0, 4)).toEqual({ next: 4 })
  })

  it('is thrown away where it is cancelled, and where the page goes away', async () => {
    const { state, receivers } = receiver()
    const { client, clock, right } = begin(receivers)
    expect(await sendFile(client, options({ isCancelled: () => state.came.length === 2 }))).toBeNull()
    await clock.advance(1000)
    expect(state.aborted).toBe(1)
    state.isSlow = true
    const lost = sendFile(client, options({ transferId: id(9) }))
    await until(() => state.waiting.length === 1)
    right.close()
    await expect(lost).rejects.toThrow('lost')
    await clock.advance(1000)
    expect(state.aborted).toBe(2)
    expect(clock.pending()).toBe(0)
  })
})
