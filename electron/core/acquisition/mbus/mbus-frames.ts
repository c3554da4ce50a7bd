/** The requests a master sends (EN 13757-2 and -3), and the addresses it sends them to. */
import type { LinkFrame } from '../../../../shared/mbus/link-frame.ts'
import type { SiteMbusAddress } from '../../../../shared/site/site.ts'

/** Whoever was selected by its secondary address answers here. */
export const selectedAddress = 253
/** Without an F in them; an F in `id` and null elsewhere is a wildcard. */
export interface SecondaryAddress {
  /** Eight digits, most significant first. */
  readonly id: string
  readonly manufacturer: string | null
  readonly version: number | null
  readonly medium: number | null
}
export type MbusAddress =
  { readonly kind: 'primary'; readonly address: number } | ({ readonly kind: 'secondary' } & SecondaryAddress)

export const addressOf = (mbus: SiteMbusAddress): MbusAddress =>
  mbus.secondary === undefined
    ? { kind: 'primary', address: mbus.primary ?? 0 }
    : {
        kind: 'secondary',
        id: mbus.secondary.toUpperCase(),
        manufacturer: mbus.manufacturer ?? null,
        version: mbus.version ?? null,
        medium: mbus.medium ?? null,
      }

/** "M-Bus address 5", "M-Bus number 12345678". */
export const addressText = (address: MbusAddress): string =>
  address.kind === 'primary'
    ? `M-Bus address ${String(address.address)}`
    : `M-Bus number ${address.id}${address.manufacturer === null ? '' : ` ${address.manufacturer}`}`

/** SND_NKE: link reset; at 253 it also deselects. */
export const reset = (address: number): LinkFrame => ({ kind: 'short', control: 0x40, address })

/** REQ_UD2 with its frame count bit: toggled for something new, the same for the same once more. */
export const requestData = (address: number, fcb: boolean): LinkFrame => ({
  kind: 'short',
  control: fcb ? 0x7b : 0x5b,
  address,
})
/** REQ_UD1, alarms. */
export const requestAlarm = (address: number, fcb: boolean): LinkFrame => ({
  kind: 'short',
  control: fcb ? 0x7a : 0x5a,
  address,
})

/** Three letters as 16 bits (EN 13757-3, 5.6). */
const manufacturerCode = (letters: string): number =>
  [...letters].reduce((code, letter) => code * 32 + letter.charCodeAt(0) - 64, 0)

/** SND_UD with CI 52: whoever fits answers E5 and is selected, everybody else is deselected. */
export const select = ({ id, manufacturer, version, medium }: SecondaryAddress): LinkFrame => {
  const digits = [6, 4, 2, 0].map((at) => parseInt(id.slice(at, at + 2), 16))
  const maker = manufacturer === null ? 0xffff : manufacturerCode(manufacturer)
  return {
    kind: 'long',
    control: 0x53,
    address: selectedAddress,
    ci: 0x52,
    data: Uint8Array.of(...digits, maker & 0xff, maker >> 8, version ?? 0xff, medium ?? 0xff),
  }
}
