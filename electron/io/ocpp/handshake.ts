import type { IncomingHttpHeaders } from 'node:http'
import type { ExpectedStation } from '../../core/chargers/ocpp/ocpp-ports.ts'
import type { OcppVersion } from '../../../shared/ocpp/frame.ts'
import { own } from '../../../shared/own.ts'
import { fitsSecret, givenAccess, type Secret } from './access.ts'

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
}

export type Verdict =
  | {
      readonly ok: true
      readonly station: ExpectedStation
      readonly version: OcppVersion | null
      /** The subprotocol as the charger wrote it, which is how it must be answered; null: none is spoken. */
      readonly subprotocol: string | null
      readonly isVersionUnknown: boolean
    }
  | { readonly ok: false; readonly identity: string | null; readonly status: number; readonly why: string }

/** Subprotocols by what they mean (OCPP-J 1.6, 3.1.2; 2.0.1 part 4, 3.1.2), the one to prefer first: chargers with both do 1.6 better. */
const subprotocols: readonly (readonly [string, OcppVersion])[] = [
  ['ocpp1.6', '1.6'],
  ['ocpp2.0.1', '2.0.1'],
]

const wanted: readonly (readonly [string, RegExp, string])[] = [
  ['upgrade', /websocket/i, 'Upgrade: websocket'],
  ['connection', /upgrade/i, 'Connection: Upgrade'],
  ['sec-websocket-version', /^(?:13|8)$/, 'Sec-WebSocket-Version: 13'],
  ['sec-websocket-key', /^[+/0-9A-Za-z]{22}==$/, 'Sec-WebSocket-Key with 16 bytes in base64'],
]

/** What is missing for a WebSocket (RFC 6455, 4.2.1), each as it should have been sent. */
export const missingHeaders = ({ headers }: Asked): readonly string[] =>
  wanted.flatMap(([name, form, text]) => (form.test(String(own(headers, name) ?? '')) ? [] : [text]))

/** The last part of the address, percent-decoded (OCPP-J 1.6, 3.1.1); null: none, or another path. */
export const identityOf = (url: string, path: string): string | null => {
  // "/" and an address that ends in "/" make two of them in many chargers.
  const plain = (url.split(/[?#]/)[0] ?? '').replace(/\/{2,}/g, '/')
  const rest = plain.startsWith(`${path}/`) ? plain.slice(path.length + 1).replace(/\/$/, '') : ''
  if (rest === '' || rest.includes('/')) return null
  try {
    return decodeURIComponent(rest)
  } catch {
    // A URIError is how it says that the percent signs are none.
    return null
  }
}

const versionOf = (
  offered: string | undefined,
  declared: OcppVersion | null,
): { readonly version: OcppVersion | null; readonly subprotocol: string | null; readonly isUnknown: boolean } => {
  const names = (offered ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === 0) return { version: null, subprotocol: null, isUnknown: false }
  for (const [name, version] of subprotocols) {
    const written = names.find((each) => each.toLowerCase() === name)
    if (written !== undefined && (declared === null || declared === version))
      return { version, subprotocol: written, isUnknown: false }
  }
  return { version: null, subprotocol: null, isUnknown: true }
}

/** The identity of the site file that is meant where only the case of letters differs; null: none. */
const alike = (identity: string, stations: DoorParts['stations']): string | null =>
  [...stations.keys()].find((known) => known.toLowerCase() === identity.toLowerCase()) ?? null

export interface DoorParts {
  readonly path: string
  readonly stations: ReadonlyMap<string, ExpectedStation>
  /** By identity; only of those who need a password. */
  readonly secrets: ReadonlyMap<string, Secret>
  /** Whether one more password may be checked now. */
  readonly mayCheck: () => boolean
}

/** Who may come in, and which version is spoken. Pure. */
export const judgeHandshake = (asked: Asked, { path, stations, secrets, mayCheck }: DoorParts): Verdict => {
  const identity = identityOf(asked.url, path)
  const refuse = (status: number, why: string): Verdict => ({ ok: false, identity, status, why })
  const missing = missingHeaders(asked)
  if (asked.method !== 'GET' || missing.length > 0)
    return refuse(
      426,
      `this is no WebSocket handshake; missing or wrong: ${missing.join('; ') || 'the method must be GET'}`,
    )
  if (identity === null) return refuse(404, `its address must end in ${path}/ and its identity`)
  const station = stations.get(identity)
  const meant = station === undefined ? alike(identity, stations) : null
  if (meant !== null)
    return refuse(404, `the site file has "${meant}": upper and lower case count; write it alike in both`)
  if (station === undefined)
    return refuse(
      404,
      "this identity is not in the site file; add a charger with 'ocpp: { identity: ... }' if it belongs here",
    )
  const secret = secrets.get(identity)
  if (secret !== undefined) {
    if (!secret.ok) return refuse(503, secret.why)
    const given = givenAccess(asked.headers.authorization)
    if (given === null) return refuse(401, 'it sent no password (HTTP basic authentication); set it in the charger')
    if (given.user !== identity) return refuse(401, 'its user name is not its identity')
    if (!mayCheck()) return refuse(503, 'too many passwords are tried at once; it may try again in a moment')
    if (!fitsSecret(given.password, secret.text)) return refuse(401, 'its password is not the one of the site file')
  }
  const { version, subprotocol, isUnknown } = versionOf(asked.headers['sec-websocket-protocol'], station.version)
  return { ok: true, station, version, subprotocol, isVersionUnknown: isUnknown }
}
