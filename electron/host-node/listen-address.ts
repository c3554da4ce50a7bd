import { lookup } from 'node:dns/promises'
import { isIP, isIPv6 } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

/** Where to listen: one address of this computer, or all of them. */
export interface ListenAddress {
  /** Numeric, as given to the operating system. */
  readonly address: string
  /** Nobody outside this computer can reach it (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3). */
  readonly isLoopback: boolean
  /** Every address of this computer: 0.0.0.0 or ::. */
  readonly isEvery: boolean
  /** The name a person gave, where it was a name. */
  readonly name: string | null
}
export type ListenOutcome =
  { readonly ok: true; readonly listen: ListenAddress } | { readonly ok: false; readonly message: string }

/** An IPv4 address that came in IPv6's clothes (::ffff:10.0.0.5) is that IPv4 address. */
export const plainAddress = (address: string): string => address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')

const isLoopback = (address: string) => /^127\./.test(address) || address === '::1'
const isEvery = (address: string) => address === '0.0.0.0' || address === '::'

/** The address meant by `--listen`, judged by what it resolves to and not by how it was written ("0", "127.1", a host name). */
export const resolveListen = async (text: string): Promise<ListenOutcome> => {
  const wanted = text.trim().replace(/^\[(.*)\]$/, '$1')
  if (wanted === '')
    return {
      ok: false,
      message:
        "--listen: expected an address of this computer, got nothing; leave it out for this computer only, or give '0.0.0.0' for all",
    }
  try {
    const address = plainAddress((await lookup(wanted)).address)
    return {
      ok: true,
      listen: {
        address,
        isLoopback: isLoopback(address),
        isEvery: isEvery(address),
        name: isIP(wanted) === 0 && /[a-z]/i.test(wanted) ? wanted.toLowerCase() : null,
      },
    }
  } catch {
    return { ok: false, message: `--listen: '${wanted.slice(0, 100)}' is not an address or a name of this computer` }
  }
}

/** As it stands in a URL: IPv6 in brackets. */
export const inUrl = (address: string): string => (isIPv6(address) ? `[${address}]` : address)

/** Addresses at which other computers reach this one. */
export const reachableAddresses = (): readonly string[] =>
  Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    // A link-local IPv6 address needs a zone, which no browser takes in a URL (RFC 6874 was never adopted).
    .filter(({ internal, address }) => !internal && !/^fe80:/i.test(address))
    .sort((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address)

/** Names under which a page of ours may have been opened at this address, without port, lower case. */
export const namesOf = (listen: ListenAddress, certified: readonly string[]): readonly string[] => {
  const own = hostname().toLowerCase()
  const names = [
    ...(listen.isEvery ? [] : [inUrl(listen.address)]),
    ...(listen.name === null ? [] : [listen.name]),
    ...(listen.isLoopback || listen.isEvery ? ['localhost'] : []),
    ...(listen.isLoopback || own === '' ? [] : [own, `${own}.local`]),
    ...certified.map((name) => name.toLowerCase()),
  ]
  return [...new Set(names)]
}
