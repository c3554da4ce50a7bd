import { write } from 'node:fs'

export interface LineWriter {
  /** False while the reader is behind: leave out what may be left out. */
  readonly hasRoom: () => boolean
  readonly line: (text: string) => void
  /** Resolves when everything was written, or the reader is gone. */
  readonly finish: () => Promise<void>
}

const roomBytes = 1 << 20
const retryMs = 20

/**
 * Lines to a file descriptor without ever blocking: process.stdout is synchronous on a pipe, and a reader that pauses would
 * stop the control cycle with it. `onGone` is told once when nobody reads any more (EPIPE) or nothing can be written.
 */
export const createLineWriter = (descriptor: number, onGone: (why: string) => void): LineWriter => {
  const queue: Buffer[] = []
  let queuedBytes = 0
  let busy = false
  let gone = false
  const idle: (() => void)[] = []

  const release = () => {
    for (const done of idle.splice(0)) done()
  }
  const next = () => {
    if (gone) return release()
    if (queue.length === 0) {
      busy = false
      return release()
    }
    busy = true
    const chunk = Buffer.concat(queue.splice(0))
    attempt(chunk)
  }
  const attempt = (chunk: Buffer) =>
    write(descriptor, chunk, 0, chunk.length, null, (error, written) => {
      // A descriptor shared with a program that made it non-blocking answers "try again" when the pipe is full.
      if (error?.code === 'EAGAIN') return void setTimeout(() => attempt(chunk), retryMs)
      if (error) {
        gone = true
        queue.length = 0
        queuedBytes = 0
        onGone(error.code ?? error.message)
        return release()
      }
      queuedBytes -= written
      if (written < chunk.length) return attempt(chunk.subarray(written))
      next()
    })
  return {
    hasRoom: () => queuedBytes < roomBytes,
    line: (text) => {
      if (gone) return
      const bytes = Buffer.from(`${text}\n`)
      queue.push(bytes)
      queuedBytes += bytes.length
      if (!busy) next()
    },
    finish: () =>
      new Promise((resolve) => {
        if (gone || (!busy && queue.length === 0)) return resolve()
        idle.push(resolve)
      }),
  }
}
