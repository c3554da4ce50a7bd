import { scryptSync, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { own } from '../../../shared/own.ts'
import type { SecretSource } from '../../../shared/site/ocpp-connection.ts'

/** A password, or why it cannot be had. */
export type Secret = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string }

/** Longest password file that is read; OCPP allows 40 characters (2.0.1 part 2, A00.FR.205). */
const longestBytes = 4096

export const readSecret = (source: SecretSource, folder: string): Secret => {
  if ('environment' in source) {
    const text = own(process.env, source.environment) ?? ''
    return text === ''
      ? {
          ok: false,
          why: `the environment variable ${source.environment} with its password is not set; set it and start again`,
        }
      : { ok: true, text }
  }
  try {
    const text = readFileSync(resolve(folder, source.file), 'utf8')
      .slice(0, longestBytes)
      .replace(/\r?\n$/, '')
    return text === '' ? { ok: false, why: `the file ${source.file} with its password is empty` } : { ok: true, text }
  } catch (error) {
    return {
      ok: false,
      why: `the file ${source.file} with its password cannot be read (${error instanceof Error ? error.message : String(error)})`,
    }
  }
}

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)
const hashed = /^scrypt:([0-9a-f]{16,128}):([0-9a-f]{32,128})$/i

/** Against the password itself, or its hash `scrypt:SALT:HASH` in hex (N 16384, r 8, p 1: Node's defaults). */
export const isPassword = (given: Buffer, secret: string): boolean => {
  const [, salt, hash] = hashed.exec(secret) ?? []
  if (salt === undefined || hash === undefined) return isSame(given, Buffer.from(secret, 'utf8'))
  const wanted = Buffer.from(hash, 'hex')
  return isSame(scryptSync(given, Buffer.from(salt, 'hex'), wanted.length), wanted)
}

export interface GivenAccess {
  readonly user: string
  readonly password: Buffer
}

/**
 * HTTP basic authentication (RFC 7617) of a charger. The password stays bytes: 1.6 chargers send the 20 bytes of their key as they are.
 * null: none was given, or it cannot be read.
 */
export const givenAccess = (header: string | undefined): GivenAccess | null => {
  const encoded = /^Basic\s+([A-Za-z0-9+/=]{1,2000})\s*$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return null
  const bytes = Buffer.from(encoded, 'base64')
  const colon = bytes.indexOf(0x3a)
  return colon < 0 ? null : { user: bytes.subarray(0, colon).toString('utf8'), password: bytes.subarray(colon + 1) }
}

/** The 20-byte key of 1.6 is written as 40 hex digits where people set it (AuthorizationKey); chargers send either form. */
export const fitsSecret = (given: Buffer, secret: string): boolean =>
  isPassword(given, secret) || (/^[0-9a-f]{40}$/i.test(secret) && isSame(given, Buffer.from(secret, 'hex')))
