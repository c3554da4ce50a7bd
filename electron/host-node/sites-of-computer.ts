import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { SitesPort } from '../core/sites/sites-port.ts'
import { readRecentSites } from './last-site.ts'

export interface SitesPlace {
  /** `last-site.json`: which sites were open. */
  readonly listFile: () => string
  /** Where new ones are made. */
  readonly folder: string
}

const create = async (file: string, text: string) => {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { flag: 'wx' })
    return { ok: true as const, file }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why =
      code === 'EEXIST'
        ? `${file} is there already: choose another name, or open it`
        : `${file} can't be written (${code ?? String(error)}): choose another place`
    return { ok: false as const, why }
  }
}

/** What both hosts know of the sites of this computer. */
export const sitesOfComputer = ({ listFile, folder }: SitesPlace): SitesPort => ({
  list: () => ({
    recent: readRecentSites(listFile()).map((file) => ({ file, isThere: existsSync(file) })),
    folder,
  }),
  create: (file, id, text) => {
    const named = file === null ? join(folder, `${id}.yaml`) : resolve(file)
    return create(/\.ya?ml$/i.test(named) ? named : `${named}.yaml`, text)
  },
})
