import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Puts a small file in place of the one before (a large and new one: write-whole.ts). Written beside, flushed and renamed: whoever loses
 * power in between has the file before, or none, never half of one. Makes the folder where there is none; rejects with what the disk says.
 */
export const replaceFile = async (file: string, content: string | Uint8Array): Promise<void> => {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const beside = `${file}.new`
  const handle = await open(beside, 'w', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(beside, file)
  // The name is only safe when the folder is flushed too; Windows can't open one and needs it not.
  const directory = await open(folder, 'r').catch(() => null)
  if (directory === null) return
  await directory.sync().catch(() => undefined)
  await directory.close()
}
