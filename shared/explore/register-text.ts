/** What a person types for a register: decimal or 0x wire address, or a five- or six-digit reference as makers print it. */

export type RegisterText =
  | { readonly ok: true; readonly address: number; readonly functionCode: 3 | 4 | null; readonly said: string | null }
  | { readonly ok: false; readonly why: string }

const hex = (address: number): string => `0x${address.toString(16).toUpperCase().padStart(4, '0')}`
export const addressHex = hex

/**
 * References count from 1 with the table in front: 30001 is input register 0, 40001 holding register 0 (Modbus Application
 * Protocol 1.1b3, 4.4 leaves the numbering to the maker; this is the habit of Modicon). A wire address in that range is written
 * with 0x or '='. `functionCode` is what the reference implies, null for a wire address; `said` explains a translation.
 */
export const readRegisterText = (text: string): RegisterText => {
  const typed = text.trim()
  const wire = /^(=)?(0x[0-9a-f]+|\d+)$/i.exec(typed)
  if (wire === null) return { ok: false, why: `'${typed}' is no register; write 70, 0x46 or 30071` }
  const number = Number(wire[2])
  const isReference =
    wire[1] === undefined &&
    !/^0x/i.test(typed) &&
    ((typed.length === 5 && ((number >= 30001 && number <= 39999) || (number >= 40001 && number <= 49999))) ||
      (typed.length === 6 && ((number >= 300001 && number <= 365536) || (number >= 400001 && number <= 465536))))
  if (isReference) {
    const base = typed.length === 5 ? 10_000 : 100_000
    const functionCode = Math.floor(number / base) === 3 ? 4 : 3
    const address = (number % base) - 1
    return {
      ok: true,
      address,
      functionCode,
      said: `${typed} is taken as ${functionCode === 4 ? 'input' : 'holding'} register ${String(address)} (${hex(address)}) on the wire, function ${String(functionCode)}; write =${typed} for the wire address ${typed}`,
    }
  }
  if (number > 65535) return { ok: false, why: `${typed} is beyond register 65535 (0xFFFF)` }
  return { ok: true, address: number, functionCode: null, said: null }
}

/** "host:port" as typed; the port may be left out. IPv6 addresses stand in brackets. */
export const readHostText = (
  text: string,
  port = 502,
):
  | { readonly ok: true; readonly host: string; readonly port: number }
  | { readonly ok: false; readonly why: string } => {
  const parts = /^(\[[0-9a-f:.%]+\]|[^\s:[\]/]+)(?::(\d{1,5}))?$/i.exec(text.trim())
  if (parts === null)
    return {
      ok: false,
      why: `'${text.trim()}' is no address; write a host name or IP address, with :port where it is not ${String(port)}`,
    }
  const chosen = parts[2] === undefined ? port : Number(parts[2])
  if (chosen < 1 || chosen > 65535) return { ok: false, why: `port ${String(chosen)} is not between 1 and 65535` }
  return { ok: true, host: (parts[1] ?? '').replace(/^\[|\]$/g, ''), port: chosen }
}
