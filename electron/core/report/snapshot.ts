import type { Overview } from '../../../shared/api/site-contract.ts'
import type { InnerFile } from '../../../shared/api/transfer-contract.ts'
import type { Archive } from '../archive-port.ts'
import type { Progress } from '../transfer/file-offer.ts'
import type { LazyFile } from './lazy-file.ts'
import { sealed } from './seal.ts'
import { snapshotFiles } from './snapshot-files.ts'
import type { SnapshotParts } from './snapshot-parts.ts'

export interface Snapshot {
  readonly fileName: string
  /** The zip, made as it is taken; once. */
  readonly content: (tell?: (progress: Progress) => void) => AsyncIterable<Uint8Array>
  /** What is in it, once it is whole. */
  readonly files: () => readonly InnerFile[]
}

const utc = (atMs: number) => new Date(atMs).toISOString()

/** Notes size and hash of each file once all of it has passed. */
const noting = (file: LazyFile, archive: Pick<Archive, 'hash'>, made: InnerFile[]): LazyFile => ({
  ...file,
  content: async function* () {
    const hash = archive.hash()
    let bytes = 0
    for await (const run of file.content()) {
      hash.update(run)
      bytes += run.length
      yield run
    }
    made.push({ name: file.name, bytes, sha256: hash.digest() })
  },
})

/** Name of a snapshot that is made at a time. */
export const snapshotName = ({ site }: Pick<Overview, 'site'>, nowMs: number): string =>
  `tripscope-${site.id}-${utc(nowMs).slice(0, 19).replaceAll(':', '').replace('T', '-')}Z.tripscope`

/** Everything about a stretch of time in one zip. What cannot be read is left out and said in the remarks; nothing fails for it. */
export const makeSnapshot = (parts: SnapshotParts): Snapshot => {
  const { archive, overview } = parts
  const made: InnerFile[] = []
  return {
    fileName: snapshotName(overview, parts.nowMs),
    content: (tell = () => undefined) => {
      const noted = async function* () {
        for await (const file of snapshotFiles(parts, made, tell)) yield noting(file, archive, made)
      }
      return sealed(noted(), archive, parts.signer ?? null, (file) => noting(file, archive, made))
    },
    files: () => [...made],
  }
}
