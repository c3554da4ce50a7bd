import type { ScanFind } from '../../../shared/api/scan-contract.ts'
import type { Identified } from './verdict.ts'

/** So many units in a row of one address with the same energy are one device that does not look at the unit id. */
const sameThatCount = 3

interface Entry {
  readonly energy: string
  readonly findId: string
  readonly unit: number
}

const energyOf = (identified: Identified): string | null => {
  const [best] = identified.candidates
  const energy = best?.evidence.find((words) => / kWh /.test(words))
  return best === undefined || energy === undefined ? null : `${best.profileId} ${energy}`
}

const noteOf = (same: readonly Entry[]): string =>
  `Units ${same.map((entry) => entry.unit).join(', ')} give the same: one device that answers to every unit id; the others were not asked`

/** Notices a device behind Modbus TCP that answers to every unit id: unit after unit shows the same energy. */
export const createSameDevice = () => {
  let same: readonly Entry[] = []
  return {
    note: (identified: Identified, findId: string, unit: number): void => {
      const energy = energyOf(identified)
      if (energy === null) return
      same = [...(same.at(-1)?.energy === energy ? same : []), { energy, findId, unit }]
    },
    isSeen: (): boolean => same.length >= sameThatCount,
    /** The finds with one of them in the place of all. */
    joined: (finds: readonly ScanFind[]): ScanFind[] => {
      const [first, ...rest] = same
      const isExtra = new Set(rest.map(({ findId }) => findId))
      return finds
        .filter(({ id }) => !isExtra.has(id))
        .map((find) => (find.id === first?.findId ? { ...find, notes: [...find.notes, noteOf(same)] } : find))
    },
  }
}
