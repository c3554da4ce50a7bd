import type { MbusHeader, MbusStatus } from '../../../../shared/mbus/header.ts'
import type { Telegram } from '../../../../shared/mbus/decoded-telegram.ts'

export interface MbusNews {
  readonly kind: 'meter-status' | 'meter-found'
  readonly severity: 'info' | 'warning'
  readonly message: string
  readonly data: Record<string, unknown>
}

/** Bits of the status byte (EN 13757-3, 7.5.6) that a person must act on; busy comes and goes and is no news. */
const conditions: readonly {
  readonly bit: keyof MbusStatus & ('powerLow' | 'permanentError' | 'temporaryError' | 'applicationError')
  readonly begins: string
  readonly ends: string
}[] = [
  { bit: 'powerLow', begins: 'reports low power: check its battery or supply', ends: 'no longer reports low power' },
  {
    bit: 'permanentError',
    begins: 'reports a permanent error: have it checked or replaced, and do not bill by it',
    ends: 'no longer reports a permanent error',
  },
  { bit: 'temporaryError', begins: 'reports a temporary error', ends: 'no longer reports a temporary error' },
  {
    bit: 'applicationError',
    begins: 'reports an application error: its values may be wrong',
    ends: 'no longer reports an application error',
  },
]

const identityOf = ({ id, manufacturer, version, mediumName }: MbusHeader): string =>
  `${manufacturer} ${id}, version ${String(version)}, ${mediumName}`.trim()

/** What is new of one meter from reading to reading: its status bits, told when they are set and when they are gone, and another meter in its place. */
export const createMbusWatch = (name: string) => {
  const set = new Set<string>()
  let identity: string | null = null
  return {
    step(telegrams: readonly Telegram[]): MbusNews[] {
      const headers = telegrams.flatMap(({ header }) => (header === null ? [] : [header]))
      const [first] = headers
      if (first === undefined) return []
      const news: MbusNews[] = []
      const seen = identityOf(first)
      if (identity !== null && identity !== seen) {
        news.push({
          kind: 'meter-found',
          severity: 'warning',
          data: {
            id: first.id,
            manufacturer: first.manufacturer,
            version: first.version,
            medium: first.medium,
            before: identity,
          },
          message: `${name}: another meter answers, ${seen}; before it was ${identity}. Its registers count from elsewhere`,
        })
      }
      identity = seen
      for (const { bit, begins, ends } of conditions) {
        const isSet = headers.some(({ status }) => status[bit])
        if (isSet === set.has(bit)) continue
        if (isSet) set.add(bit)
        else set.delete(bit)
        news.push({
          kind: 'meter-status',
          severity: isSet ? 'warning' : 'info',
          message: `${name} ${isSet ? begins : ends}`,
          data: { condition: bit, isSet, status: first.status.code },
        })
      }
      return news
    },
  }
}
