import type { FileKeeper } from './file-keeper.ts'
import type { Ring } from './ring.ts'
import type { SiteFile } from './site-file.ts'
import type { StoreProblems } from './store-problems.ts'

/** Already put into words for one file: history asks the other file inside, whose damage must not be taken for its own. */
class ToldError extends Error {
  override readonly name = 'ToldError'
}

const isFull = (error: unknown): boolean =>
  error instanceof Error && /disk is full|database or disk|ENOSPC|EDQUOT/i.test(error.message)
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Said where nothing may be written. */
export const refuseAppend = (): never => {
  throw new ToldError('nothing is stored here: another instance records this site, this one only reads')
}

export interface EngineFilesDeps {
  readonly folder: string
  readonly site: FileKeeper<SiteFile>
  readonly ring: FileKeeper<Ring>
  readonly problems: StoreProblems
  /** Notes how far the rows of the site's file reach. */
  readonly keepHead: (file: SiteFile, isLasting: boolean) => void
}

/** Work on the two files of a site; what goes wrong is put into words, and said in the status while it lasts. */
export const createEngineFiles = ({ folder, site, ring, problems, keepHead }: EngineFilesDeps) => {
  const guarded = <F, T>(keeper: FileKeeper<F>, what: string, isAppend: boolean, work: (file: F) => T): T => {
    try {
      const result = keeper.use(work)
      if (isAppend) problems.over(what)
      return result
    } catch (error) {
      if (error instanceof ToldError) throw error
      const why = isFull(error) ? `the disk is full: free space on the disk of ${folder}` : messageOf(error)
      if (isAppend) problems.met(what, `${what} could not be stored: ${why}`)
      throw new ToldError(`${what} could not be ${isAppend ? 'stored' : 'read'}: ${why}`)
    }
  }
  return {
    readSite: <T>(what: string, work: (file: SiteFile) => T): T => guarded(site, what, false, work),
    readRing: <T>(what: string, work: (file: Ring) => T): T => guarded(ring, what, false, work),
    appendRing: <T>(what: string, work: (file: Ring) => T): T => guarded(ring, what, true, work),
    /** `isLasting`: nothing of it may be lost even where the power goes now. */
    append: <T>(what: string, isLasting: boolean, work: (file: SiteFile) => T): T =>
      guarded(site, what, true, (file) => {
        const result = work(file)
        keepHead(file, isLasting)
        return result
      }),
  }
}
export type EngineFiles = ReturnType<typeof createEngineFiles>
