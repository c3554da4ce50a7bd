import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Caller } from '../../shared/api/define.ts'

export type Role = Caller['role']

/** Codes given out and not yet used; an address is printed again after each use, so more are never needed. */
const mostCodes = 200
/** Used codes remembered, to say "already used" rather than "unknown". */
const mostUsed = 1000

const callers: Readonly<Record<Role, Caller>> = {
  operator: { role: 'operator', name: 'Operator (browser)' },
  viewer: { role: 'viewer', name: 'Viewer (browser)' },
}

/** 192 bits: guessing is hopeless at any rate (RFC 6750 section 5.2 asks for tokens that can't be guessed). */
const newSecret = () => randomBytes(24).toString('base64url')
const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest()

/** Whether two secrets are the same, in a time that tells nothing of either: digests always have the same length. */
export const isSame = (left: string, right: string): boolean => timingSafeEqual(digest(left), digest(right))

export type Redeemed =
  | { readonly ok: true; readonly token: string; readonly role: Role; readonly wasPrinted: boolean }
  | { readonly ok: false; readonly why: 'used' | 'expired' | 'unknown' }

export interface Access {
  /** The keys that the page offers on its link; never part of an address. */
  readonly tokens: Readonly<Record<Role, string>>
  readonly callerOf: (token: string) => Caller | null
  /**
   * A code for one address. `lifeMs` null: until it is used. Addresses reach process lists, histories and chat logs, so a code
   * is worth nothing after its first use.
   */
  readonly issue: (role: Role, lifeMs: number | null) => string
  readonly redeem: (code: string) => Redeemed
}

interface Code {
  readonly role: Role
  readonly endsMs: number | null
}

/** Who may connect: a key per role that lives as long as this start, and one-time codes that are exchanged for one. */
export const createAccess = (monotonicMs: () => number): Access => {
  const tokens = { operator: newSecret(), viewer: newSecret() }
  // Kept by digest: looking one up takes the same time whatever was sent.
  const codes = new Map<string, Code>()
  const used = new Set<string>()
  const keyOf = (code: string) => digest(code).toString('base64')

  return {
    tokens,
    callerOf: (token) =>
      isSame(token, tokens.operator) ? callers.operator : isSame(token, tokens.viewer) ? callers.viewer : null,
    issue: (role, lifeMs) => {
      const code = newSecret()
      codes.set(keyOf(code), { role, endsMs: lifeMs === null ? null : monotonicMs() + lifeMs })
      for (const key of [...codes.keys()].slice(0, Math.max(0, codes.size - mostCodes))) codes.delete(key)
      return code
    },
    redeem: (code) => {
      const key = keyOf(code)
      const found = codes.get(key)
      if (found === undefined) return { ok: false, why: used.has(key) ? 'used' : 'unknown' }
      codes.delete(key)
      used.add(key)
      for (const old of [...used].slice(0, Math.max(0, used.size - mostUsed))) used.delete(old)
      if (found.endsMs !== null && monotonicMs() > found.endsMs) return { ok: false, why: 'expired' }
      return { ok: true, token: tokens[found.role], role: found.role, wasPrinted: found.endsMs === null }
    },
  }
}
