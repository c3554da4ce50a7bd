import type { AcceptanceRun } from '../../../shared/acceptance/run.ts'

/** Where runs, their photos, their protocols and the noted duties are kept; implemented by io (`acceptance` in the site's data folder). */
export interface AcceptanceShelf {
  /** What can be read, oldest first; `problem` tells a person what can't. */
  readonly list: () => Promise<{ readonly runs: readonly AcceptanceRun[]; readonly problem: string | null }>
  /** Resolves when it is on the disk: a program that is killed afterwards goes on from there. */
  readonly keep: (run: AcceptanceRun) => Promise<void>
  readonly keepPhoto: (runId: string, photoId: string, bytes: Uint8Array) => Promise<void>
  /** null: it is not kept. */
  readonly photo: (runId: string, photoId: string) => Promise<Uint8Array | null>
  readonly keepProtocol: (runId: string, bytes: Uint8Array) => Promise<void>
  readonly protocol: (runId: string) => Promise<Uint8Array | null>
  /** undefined: none were noted. */
  readonly duties: () => unknown
  readonly keepDuties: (duties: unknown) => Promise<void>
}

/** For a core without a disk: kept as long as it runs. */
export const forgetfulAcceptance = (): AcceptanceShelf => {
  const runs = new Map<string, AcceptanceRun>()
  const files = new Map<string, Uint8Array>()
  let noted: unknown
  const put = (key: string, bytes: Uint8Array): Promise<void> => {
    files.set(key, bytes)
    return Promise.resolve()
  }
  return {
    list: () => Promise.resolve({ runs: [...runs.values()], problem: null }),
    keep: (run) => {
      runs.set(run.id, run)
      return Promise.resolve()
    },
    keepPhoto: (runId, photoId, bytes) => put(`${runId}/${photoId}`, bytes),
    photo: (runId, photoId) => Promise.resolve(files.get(`${runId}/${photoId}`) ?? null),
    keepProtocol: (runId, bytes) => put(runId, bytes),
    protocol: (runId) => Promise.resolve(files.get(runId) ?? null),
    duties: () => noted,
    keepDuties: (duties) => {
      noted = duties
      return Promise.resolve()
    },
  }
}
