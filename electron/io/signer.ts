import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Signer } from '../core/archive-port.ts'
import type { Log } from '../core/ports.ts'
import { readOwnFileSync } from './regular-file.ts'

/** How the key lies on the disk: as it is, in a file only this user may read, or wrapped by the system's keychain. */
export interface KeyWrapping {
  readonly wrap: (text: string) => string
  /** Throws where it can't: the keychain is another's, or closed. */
  readonly unwrap: (text: string) => string
}

const unwrapped: KeyWrapping = { wrap: (text) => text, unwrap: (text) => text }
const fileOf = (folder: string, isWrapped: boolean): string =>
  join(folder, isWrapped ? 'installation-key.wrapped' : 'installation-key.pem')

const kept = (file: string, { unwrap }: KeyWrapping): KeyObject | null => {
  if (!existsSync(file)) return null
  const text = readOwnFileSync(file)
  if (text === null) throw new Error('something else stands in its place')
  return createPrivateKey(unwrap(text))
}

const made = (file: string, folder: string, { wrap }: KeyWrapping): KeyObject => {
  const { privateKey } = generateKeyPairSync('ed25519')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(file, wrap(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string), { mode: 0o600, flag: 'wx' })
  return privateKey
}

/**
 * The key of this installation, made at the first use (Ed25519, RFC 8032). Null where it can be neither read nor made: snapshots then say
 * that nobody signed them. A key that can't be read is never replaced: that would look like another installation.
 */
export const openSigner = (folder: string, log: Log, wrapping: KeyWrapping | null = null): Signer | null => {
  const file = fileOf(folder, wrapping !== null)
  try {
    const key = kept(file, wrapping ?? unwrapped) ?? made(file, folder, wrapping ?? unwrapped)
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64')
    return { publicKey, sign: (text) => sign(null, Buffer.from(text, 'utf8'), key).toString('base64') }
  } catch (error) {
    log.warn('snapshots are not signed: the key of this installation can be neither read nor made', {
      file,
      error: String(error),
    })
    return null
  }
}

/** Whether a text was signed by the holder of a public key (SPKI, base64). What is no key or no signature signs nothing. */
export const isSignedBy = (text: string, publicKey: string, signature: string): boolean => {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
    return (
      key.asymmetricKeyType === 'ed25519' &&
      verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64'))
    )
  } catch {
    return false
  }
}
