import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Keyframe, KeyframeShelf } from '../../core/deck/keyframes.ts'
import type { Log } from '../../core/ports.ts'
import type { Saved } from '../../core/site/memory.ts'

/** All states of a recording together, packed: a disk that has no room for more keeps those there are. Editable assumption. */
const mostBytes = 512 * 2 ** 20

/** States of a recording in a file of its scratch folder. One that can't be written or read is not there: a seek then takes longer. */
export const openKeyframeFile = (path: string, log: Log): KeyframeShelf & { readonly close: () => void } => {
  const file = openSync(path, 'wx+', 0o600)
  const kept: { readonly keyframe: Keyframe; readonly at: number; readonly length: number }[] = []
  let end = 0
  let isOpen = true
  const given = (what: string, error: unknown): null => {
    log.warn(`the state of a recording could not be ${what}`, { error: String(error) })
    return null
  }
  return {
    keep: (keyframe, saved) => {
      if (!isOpen || end > mostBytes) return
      try {
        const packed = deflateRawSync(JSON.stringify(saved), { level: 1 })
        writeSync(file, packed, 0, packed.length, end)
        kept.push({ keyframe, at: end, length: packed.length })
        end += packed.length
      } catch (error) {
        given('kept', error)
      }
    },
    before: (atMs) => kept.findLast(({ keyframe }) => keyframe.atMs <= atMs)?.keyframe ?? null,
    read: (keyframe) => {
      const found = kept.find((each) => each.keyframe === keyframe)
      if (found === undefined || !isOpen) return null
      try {
        const packed = Buffer.alloc(found.length)
        readSync(file, packed, 0, found.length, found.at)
        return JSON.parse(inflateRawSync(packed).toString('utf8')) as Saved
      } catch (error) {
        return given('read', error)
      }
    },
    close: () => {
      isOpen = false
      closeSync(file)
    },
  }
}
