import { statusWidth } from '../../../shared/profile/charger-status.ts'
import type { ChargerProfile } from '../../../shared/profile/charger-profile.ts'
import type { ReadableProfile } from '../../../shared/profile/read-plan.ts'
import { registerSpan, registerWidth } from '../../../shared/profile/register.ts'
import type { ModbusRequest, ReadRoom } from '../lines/modbus-line.ts'
import { answering } from './block-plan.ts'

interface Extent {
  readonly first: number
  readonly end: number
}

/** The registers of every known value of one space: `own`, its number alone; `whole`, what must come in one reply. */
const valuesOf = (profile: ReadableProfile, space: 'holding' | 'input'): { own: Extent; whole: Extent }[] => {
  const values = Object.values(profile.quantities).flatMap((register) => {
    if (register === undefined || (register.space ?? profile.space) !== space) return []
    const { first, width } = registerSpan(register)
    const own = { first: register.address, end: register.address + registerWidth[register.type] }
    return [{ own, whole: { first, end: first + width } }]
  })
  const { status } = profile
  if (status === undefined || profile.space !== space) return values
  const own = { first: status.address, end: status.address + statusWidth(status as ChargerProfile['status']) }
  return [...values, { own, whole: own }]
}

const isInside = (address: number, { first, end }: Extent): boolean => address > first && address < end

/** How far a read may grow from `from` in this direction: across listed registers, over gaps as wide as the device bears, to no hole. */
const grow = (from: number, by: 1 | -1, line: ReadableProfile['line'], listed: ReadonlySet<number>): number => {
  let gap = 0
  let address = from
  for (; address >= 0 && address <= 0xffff; address += by) {
    gap = listed.has(address) ? 0 : gap + 1
    if (gap > line.maxGap || line.holes.some(([first, last]) => address >= first && address <= last)) break
    if (Math.abs(address - from) > line.maxRegisters) break
  }
  return address - by
}

/** Where a read of these registers may begin and end instead, by what the profile says of the device; null for registers it does not list. */
export const roomOf = (
  profile: ReadableProfile,
  request: Extract<ModbusRequest, { readonly count: number }>,
): ReadRoom | null => {
  const values = valuesOf(profile, request.functionCode === 3 ? 'holding' : 'input')
  const listed = new Set<number>()
  for (const { own, whole } of values)
    for (const { first, end } of [own, whole])
      for (let address = first; address < end; address += 1) listed.add(address)
  if (!listed.has(request.address)) return null
  const { isEvenOnly, line } = { isEvenOnly: profile.line.evenOnly, line: profile.line }
  const lowest = grow(request.address, -1, line, listed)
  const highest = grow(request.address + request.count - 1, 1, line, listed)
  const first = isEvenOnly ? lowest + (lowest % 2) : lowest
  const end = highest + 1 - (isEvenOnly ? (highest + 1) % 2 : 0)
  const free = (parts: readonly Extent[]): number[] => {
    const found: number[] = []
    for (let address = first; address <= end; address += isEvenOnly ? 2 : 1)
      if (!parts.some((part) => isInside(address, part))) found.push(address)
    return found
  }
  return {
    first,
    end,
    isEvenOnly,
    ...(line.bothFunctions === true ? { twin: request.functionCode === 3 ? (4 as const) : (3 as const) } : {}),
    edges: free(values.map(({ own }) => own)),
    cuts: free(values.map(({ whole }) => whole)),
  }
}

/** The rooms of one device's reads, made once for each. `line`: what the device is known to bear, which may be less than its profile says. */
export const createRooms = () => {
  let ofProfile: ReadableProfile | null = null
  let ofRefused: ReadonlySet<string> | null = null
  let ofLine = ''
  const rooms = new Map<string, ReadRoom | null>()
  return (
    profile: ReadableProfile,
    line: ReadableProfile['line'],
    refused: ReadonlySet<string>,
    request: ModbusRequest,
  ): ReadRoom | null => {
    if (!('count' in request)) return null
    const borne = `${String(line.maxGap)} ${String(line.maxRegisters)}`
    if (ofProfile !== profile || ofRefused !== refused || ofLine !== borne) rooms.clear()
    ofProfile = profile
    ofRefused = refused
    ofLine = borne
    const name = `${String(request.functionCode)}:${String(request.address)}:${String(request.count)}`
    const known = rooms.get(name)
    if (known !== undefined) return known
    const room = roomOf(answering({ ...profile, line }, refused), request)
    rooms.set(name, room)
    return room
  }
}
