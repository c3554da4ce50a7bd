import { closeSync, openSync } from 'node:fs'
import type { Core } from '../core/core-ports.ts'
import type { Log } from '../core/ports.ts'
import { createLineWriter } from './line-writer.ts'

export type Recording =
  { readonly ok: true; readonly finish: () => Promise<void> } | { readonly ok: false; readonly message: string }

/** Writes the record of the session into a new file, line by line. Nothing is overwritten. */
export const startRecording = (file: string | null, core: Pick<Core, 'onTapeLine'>, log: Log): Recording => {
  if (file === null) return { ok: true, finish: () => Promise.resolve() }
  let descriptor: number
  try {
    descriptor = openSync(file, 'wx', 0o600)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { ok: false, message: `--record ${file}: the file can't be made (${why}); name one that is not there yet` }
  }
  const writer = createLineWriter(descriptor, (why) => {
    log.error('the record ends here: its file can no longer be written', { file, why })
  })
  const stop = core.onTapeLine(writer.line)
  return {
    ok: true,
    finish: async () => {
      stop()
      await writer.finish()
      closeSync(descriptor)
    },
  }
}
