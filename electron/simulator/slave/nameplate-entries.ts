import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import type { Nameplate } from '../../../shared/profile/register.ts'
import type { SiteMeter } from '../../../shared/site/site.ts'
import type { ImageEntry } from './register-image.ts'

type Named = Pick<SiteMeter, 'id' | 'currentTransformer'>

/** A number of seven digits that is the same in every run. */
const serialOf = (id: string): number =>
  1_000_000 + [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 8_999_999, 7)

const saidOf = (site: Named, { of, scale = 1 }: Nameplate): number | string => {
  switch (of) {
    case 'serial':
      return serialOf(site.id)
    case 'firmware':
      return '1.4.2'
    case 'ct-primary':
      return (site.currentTransformer?.primary ?? 5) / scale
    case 'ct-secondary':
      return (site.currentTransformer?.secondary ?? 5) / scale
  }
}

const wordsOf = (plate: Nameplate, said: number | string, wordOrder: MeterProfile['wordOrder']): readonly number[] => {
  const inOrder = (high: number, low: number) => (wordOrder === 'high-first' ? [high, low] : [low, high])
  const number = typeof said === 'number' ? said : Number.parseInt(said, 10)
  const letter = (at: number): number => String(said).charCodeAt(at) || 0
  switch (plate.type) {
    case 'uint16':
      return [number & 0xffff]
    case 'uint32':
      return inOrder(Math.floor(number / 0x10000) & 0xffff, number & 0xffff)
    case 'float32': {
      const view = new DataView(new ArrayBuffer(4))
      view.setFloat32(0, number)
      return inOrder(view.getUint16(0), view.getUint16(2))
    }
    case 'text':
      return Array.from({ length: plate.registers }, (_, at) => (letter(2 * at) << 8) | letter(2 * at + 1))
    case 'text-wide':
      return Array.from({ length: plate.registers }, (_, at) => letter(at))
  }
}

/** What a meter says of itself where its profile knows the registers: a serial number of its own, a firmware, the ratio of the site. */
export const nameplateEntries = (site: Named, profile: MeterProfile): readonly ImageEntry[] =>
  (profile.nameplate ?? []).map((plate) => {
    const words = wordsOf(plate, saidOf(site, plate), profile.wordOrder)
    return {
      space: plate.space ?? profile.space,
      address: plate.address,
      width: words.length,
      isFloat: false,
      words: () => words,
    }
  })
