import { registerWidth } from '../profile/register.ts'
import type { LineHabits } from '../profile/register.ts'
import type { CaptureProcedure } from './capture-layout.ts'
import type { MeterLog } from './own-records.ts'
import type { RecordLayout } from './record-layout.ts'
import { stampWidth } from './stamp.ts'

/** What is wrong with a profile's own records beyond the schema: places that do not fit into a record, a read or the registers. */
export interface OwnRecords {
  readonly line: Pick<LineHabits, 'maxRegisters'>
  readonly clock?: { readonly address: number; readonly stamp: Parameters<typeof stampWidth>[0] } | undefined
  readonly logs?: readonly MeterLog[] | undefined
  readonly captures?: CaptureProcedure | undefined
}
export interface OwnFinding {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly remedy: string
}

const endsOf = (layout: RecordLayout): readonly (readonly [name: string, end: number])[] => [
  ['time', layout.time.at + stampWidth(layout.time.stamp)],
  ...(layout.end === undefined ? [] : [['end', layout.end.at + stampWidth(layout.end.stamp)] as const]),
  ...(typeof layout.event === 'string' ? [] : [['event', layout.event.at + 1] as const]),
  ...(layout.phases === undefined ? [] : [['phases', layout.phases.at + 1] as const]),
  ...(layout.occurred === undefined ? [] : [['occurred', layout.occurred.at + 1] as const]),
  ...(
    [
      ['duration', layout.duration],
      ['extreme', layout.extreme],
      ['about', layout.about],
      ['weight', layout.extremes?.weight],
      ...(layout.extremes?.phases ?? []).map((each) => ['extremes', each] as const),
    ] as const
  ).flatMap(([name, each]) => (each === undefined ? [] : [[name, each.at + registerWidth[each.type]] as const])),
]

const lastOf = (log: MeterLog): number =>
  log.kind === 'newest-list'
    ? log.address + log.stride * (log.count - 1) + log.record.words
    : log.kind === 'ring'
      ? log.address + log.count * log.record.words
      : log.data + log.most * log.record.words

const longestRead = (log: MeterLog): number => (log.kind === 'ring' ? log.atOnce * log.record.words : log.record.words)

const checkLog = (log: MeterLog, index: number, { line }: OwnRecords): OwnFinding[] => {
  const path = ['logs', index] as const
  return [
    ...endsOf(log.record)
      .filter(([, end]) => end > log.record.words)
      .map(([name, end]) => ({
        path: [...path, 'record', name],
        message: `'${name}' ends at word ${end} of a record that has ${log.record.words}`,
        remedy: 'correct its place or the length of the record',
      })),
    ...(lastOf(log) > 65536
      ? [{ path, message: `the log ends beyond register 65535`, remedy: 'correct its address or count' }]
      : []),
    ...(longestRead(log) > line.maxRegisters
      ? [
          {
            path,
            message: `one read of the log takes ${longestRead(log)} registers, the device answers ${line.maxRegisters}`,
            remedy: 'read fewer records at once, or correct maxRegisters',
          },
        ]
      : []),
    ...(log.kind === 'newest-list' && log.stride < log.record.words
      ? [{ path, message: 'the records lie over each other', remedy: 'correct the stride' }]
      : []),
  ]
}

export const checkOwnRecords = (profile: OwnRecords): OwnFinding[] => {
  const ids = (profile.logs ?? []).map(({ id }) => id)
  return [
    ...(profile.logs ?? []).flatMap((log, index) => checkLog(log, index, profile)),
    ...ids.flatMap((id, index) =>
      ids.indexOf(id) < index
        ? [{ path: ['logs', index, 'id'], message: `'${id}' is listed twice`, remedy: 'give it an id of its own' }]
        : [],
    ),
    ...(profile.clock !== undefined && profile.clock.address + stampWidth(profile.clock.stamp) > 65536
      ? [{ path: ['clock', 'address'], message: 'the clock ends beyond register 65535', remedy: 'correct it' }]
      : []),
    ...(profile.captures?.kind === 'log-window' && profile.captures.windowWords + 1 > profile.line.maxRegisters
      ? [
          {
            path: ['captures', 'windowWords'],
            message: `pointer and window are ${profile.captures.windowWords + 1} registers, the device answers ${profile.line.maxRegisters}`,
            remedy: 'correct maxRegisters',
          },
        ]
      : []),
  ]
}
