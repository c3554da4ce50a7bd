import type { ProfileOverlay } from '../../../shared/api/explore-contract.ts'
import type { Cell } from '../../../shared/explore/reading.ts'
import { decodeRegister } from '../../../shared/profile/codec.ts'
import { registerWidth, type Register } from '../../../shared/profile/register.ts'
import { isQuantityKey, quantities, type QuantityKey } from '../../../shared/quantities.ts'

/** What a profile makes of the registers that were read, by the first register of each quantity. */
export interface OverlayValue {
  readonly key: QuantityKey
  readonly register: Register
  readonly value: number | null
  readonly isPlausible: boolean
}

export const overlayOn = (
  overlay: ProfileOverlay,
  functionCode: 3 | 4,
  cells: readonly Cell[],
): Map<number, OverlayValue> => {
  const words = new Map(cells.map(({ address, word }) => [address, word]))
  const found = new Map<number, OverlayValue>()
  for (const [key, register] of Object.entries(overlay.quantities)) {
    if (!isQuantityKey(key) || (register.space ?? overlay.space) !== (functionCode === 3 ? 'holding' : 'input'))
      continue
    // A scale factor in another register makes one value of two places: shown by the meter's own page, not here.
    if ('scaleRegister' in register && register.scaleRegister !== undefined) continue
    const own = Array.from(
      { length: registerWidth[register.type] },
      (_, index) => words.get(register.address + index) ?? null,
    )
    if (own.includes(null)) continue
    const decoded = decodeRegister(register, own as number[], overlay)
    const value = typeof decoded === 'object' ? decoded.value : null
    const { low, high } = quantities[key]
    found.set(register.address, {
      key,
      register,
      value,
      isPlausible: decoded === 'not-available' || (value !== null && value >= low && value <= high),
    })
  }
  return found
}
