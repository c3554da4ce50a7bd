import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/**
 * How far the tables of site.db reached, kept beside it: a database that lost its end (a write-ahead log removed or damaged, rows
 * cut off the audit) is a sound database, so only a word from outside can tell. It is sealed with a key of this installation (HMAC
 * SHA-256; RFC 2104) in a file only this user reads: it shows a hand or a disk, not a thief who has the key too. Note the audit
 * head elsewhere (a snapshot has it) where that matters.
 */
const headSchema = z.object({
  version: z.literal(1),
  audit: z.object({ seq: z.number(), hash: z.string() }).nullable(),
  /** Highest row number of each table. */
  rows: z.record(z.string(), z.number()),
})
export type Head = Readonly<z.infer<typeof headSchema>>

export type ReadHead =
  | { readonly kind: 'read'; readonly head: Head }
  | { readonly kind: 'missing' }
  /** There, but not what this program wrote. */
  | { readonly kind: 'broken'; readonly why: string }

export interface HeadFile {
  read(): ReadHead
  /** Replaces the file in one step; `isLasting`: it must survive a power cut as well. Throws like the file system. */
  write(head: Head, isLasting: boolean): void
}

const keyBytes = 32
const fileName = 'site.head'
const keyName = 'site.key'

const replaceFile = (path: string, text: string, isLasting: boolean): void => {
  const fresh = `${path}.new`
  const file = openSync(fresh, 'w', 0o600)
  try {
    writeSync(file, text)
    if (isLasting) fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(fresh, path)
}

const readIfThere = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

export const createHeadFile = (folder: string): HeadFile => {
  const path = join(folder, fileName)
  const keyPath = join(folder, keyName)
  const keyOf = (): Buffer => {
    const held = readIfThere(keyPath)
    if (held !== null && held.trim().length === keyBytes * 2) return Buffer.from(held.trim(), 'hex')
    const key = randomBytes(keyBytes)
    replaceFile(keyPath, `${key.toString('hex')}\n`, true)
    return key
  }
  const seal = (body: string): Buffer => createHmac('sha256', keyOf()).update(body).digest()

  return {
    read: () => {
      try {
        const text = readIfThere(path)
        if (text === null) return { kind: 'missing' }
        const [body = '', sealed = ''] = text.split('\n')
        const given = Buffer.from(sealed, 'hex')
        const wanted = seal(body)
        if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
          return { kind: 'broken', why: 'its seal does not fit it' }
        return { kind: 'read', head: headSchema.parse(JSON.parse(body)) }
      } catch (error) {
        return { kind: 'broken', why: error instanceof Error ? error.message : String(error) }
      }
    },
    write: (head, isLasting) => {
      const body = JSON.stringify(head)
      replaceFile(path, `${body}\n${seal(body).toString('hex')}\n`, isLasting)
    },
  }
}
