import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProfileShelf, SavedProfile } from '../core/site-ports.ts'

const idsIn = async (folder: string): Promise<string[]> => {
  try {
    return (await readdir(folder))
      .filter((name) => name.endsWith('.yaml') && !name.endsWith('.golden.yaml'))
      .map((name) => name.slice(0, -'.yaml'.length))
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const exists = async (folder: string, name: string): Promise<boolean> => {
  if (!(await readdir(folder)).includes(name)) return false
  // Copying a pipe would wait for its writer for ever.
  const found = await stat(join(folder, name))
  if (!found.isFile()) throw Object.assign(new Error(), { code: `${name} is not a regular file` })
  return true
}

/**
 * The user's folder of meter profiles. Both files are written beside their places and then put there, golden words first: a profile
 * without golden words is refused at the start, golden words without a profile are nothing. What was there stays as `<file>.bak`.
 */
export const createProfileShelf = (builtInFolder: string, userFolder: string): ProfileShelf => ({
  list: async () => ({
    builtIn: await idsIn(join(builtInFolder, 'meters')),
    own: await idsIn(join(userFolder, 'meters')),
  }),
  save: async ({ id, profileText, goldenText, overwrite }): Promise<SavedProfile> => {
    const folder = join(userFolder, 'meters')
    const names = [`${id}.golden.yaml`, `${id}.yaml`] as const
    const files = names.map((name) => join(folder, name))
    const fresh = files.map((file) => `${file}.new`)
    const backups: string[] = []
    const placed: string[] = []
    const written: string[] = []
    try {
      await mkdir(folder, { recursive: true })
      const there = await Promise.all(names.map((name) => exists(folder, name)))
      if (there.includes(true) && !overwrite)
        return {
          ok: false,
          exists: true,
          why: `you already have a profile '${id}' (${join(folder, `${id}.yaml`)}): choose another id, or ask for it to be replaced; a copy is kept`,
        }
      for (const [index, text] of [goldenText, profileText].entries()) {
        written.push(fresh[index] as string)
        await writeFile(fresh[index] as string, text)
      }
      for (const [index, file] of files.entries()) {
        if (there[index] !== true) continue
        await copyFile(file, `${file}.bak`)
        backups.push(`${file}.bak`)
      }
      for (const [index, file] of files.entries()) {
        await rename(fresh[index] as string, file)
        placed.push(file)
      }
      return { ok: true, files: [...files].reverse(), backups }
    } catch (error) {
      await Promise.all(written.map((file) => rm(file, { force: true })))
      // New golden words beside an old profile would disagree with it: put back what was there.
      for (const file of placed) {
        if (backups.includes(`${file}.bak`)) await copyFile(`${file}.bak`, file)
        else await rm(file, { force: true })
      }
      const code = (error as NodeJS.ErrnoException).code ?? String(error)
      return {
        ok: false,
        exists: false,
        why: `the profile can't be written to ${folder} (${code}); check the permissions and the free space`,
      }
    }
  },
})
