import { existsSync, rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'

/** What stands beside a file while it is being written. */
export const partOf = (path: string): string => `${path}.part`

/**
 * Writes a file that is whole or not there: beside its place until the last byte is on the disk, then moved to it. Resolves with its size,
 * bytes. Rejects where it can't be written, where something stands in its place, or with the reason `stopped` gives before the end; what
 * was written until then is removed, also where the process leaves at once.
 */
export const writeWhole = async (
  path: string,
  content: AsyncIterable<Uint8Array>,
  stopped: () => string | null = () => null,
): Promise<number> => {
  const part = partOf(path)
  const goOn = (): void => {
    const why = stopped()
    if (why !== null) throw new Error(why)
  }
  const remove = (): void => rmSync(part, { force: true })
  const file = await open(part, 'w', 0o600)
  process.on('exit', remove)
  try {
    let size = 0
    for await (const bytes of content) {
      goOn()
      await file.writeFile(bytes)
      size += bytes.length
    }
    await file.sync()
    await file.close()
    goOn()
    if (existsSync(path)) throw new Error('something else was put there meanwhile')
    await rename(part, path)
    return size
  } catch (error) {
    await file.close().catch(() => undefined)
    remove()
    throw error
  } finally {
    process.off('exit', remove)
  }
}
