import type { MeterProfile } from '../../../shared/profile/meter-profile.ts'
import { readStamp, writeStamp } from '../../../shared/meter-records/stamp.ts'
import { encodeRegister } from '../../../shared/profile/codec.ts'
import type { Meter } from '../physics/meter.ts'
import { createCaptureMemory } from './capture-memory.ts'
import { createLogCommands, tellLog, type LogLayout, type OwnRecordsSettings } from './own-logs.ts'
import { tellVerdict } from './own-verdict.ts'
import { exceptions, type ReadOutcome, type WriteOutcome } from './device.ts'

type HarmonicLayout = NonNullable<MeterProfile['harmonics']>

/** What is in its list of harmonics now, told piece by piece. */
const tellHarmonics = (
  harmonics: HarmonicLayout,
  meter: Meter,
  tell: (address: number, words: readonly number[]) => void,
): void => {
  const window = meter.window()
  const list = (place: number, value: (order: number) => number): void => {
    for (let order = 1; order <= harmonics.orders; order += 1)
      tell(place + 2 * (order - 1), encodeRegister({ type: 'float32' }, value(order), { wordOrder: 'high-first' }))
  }
  const share = (order: number): number =>
    order === 1 ? 1 : order === 3 ? 0.012 : order === 5 ? 0.018 : order === 7 ? 0.009 : 0
  const shareI = (order: number): number =>
    order === 1 ? 1 : order === 3 ? 0.09 : order === 5 ? 0.05 : order === 7 ? 0.02 : 0
  const first = (places: NonNullable<MeterProfile['harmonics']>['currents']) =>
    'candidates' in places ? places.candidates[0] : places
  ;(['L1', 'L2', 'L3'] as const).forEach((phase, index) => {
    const volts = window?.voltage[index] ?? 0
    const amperes = window?.current[index] ?? 0
    const lag = (Math.atan2(window?.reactiveVar[index] ?? 0, window?.activeW[index] ?? 1) * 180) / Math.PI
    const turned = (degrees: number): number => ((((degrees + 180) % 360) + 360) % 360) - 180
    const angle = (order: number): number => turned(-120 * index * order + (order === 1 ? 0.5 : 20 * order))
    list(harmonics.voltages[phase], (order) => volts * share(order))
    list(first(harmonics.currents)?.[phase] ?? 0, (order) => amperes * shareI(order))
    list(first(harmonics.voltageAngles)?.[phase] ?? 0, angle)
    list(first(harmonics.currentAngles)?.[phase] ?? 0, (order) =>
      harmonics.currentAnglesFrom === 'voltage' ? lag + 3 * order : turned(angle(order) - lag - 3 * order),
    )
  })
}

/** Registers of a meter's own records: what its profile says it keeps, filled from what it noted. */
export const createOwnRecords = (profile: MeterProfile, meter: Meter, settings: OwnRecordsSettings) => {
  let aheadMs = settings.clockAheadMs
  const now = (): OwnRecordsSettings => ({ ...settings, clockAheadMs: aheadMs })
  const registers = new Map<string, number>()
  const commands = createLogCommands(profile.logs ?? [])
  const memory = profile.captures === undefined ? null : createCaptureMemory(profile.captures, meter, now)

  const set = (space: string, address: number, words: readonly number[]): void =>
    words.forEach((word, index) => registers.set(`${space} ${address + index}`, word))

  const fillLog = (log: LogLayout, space: string): void =>
    tellLog(log, meter.events(), commands, now(), (address, words) => set(space, address, words))
  const fill = (): void => {
    registers.clear()
    const { clock, logs = [], meterAlarms = [], harmonics, verdict } = profile
    if (clock !== undefined)
      set(clock.space ?? profile.space, clock.address, writeStamp(clock.stamp, Date.now() + aheadMs))
    for (const log of logs) fillLog(log, log.space ?? profile.space)
    if (verdict !== undefined)
      tellVerdict(verdict, meter, now(), (address, words) => set(verdict.space ?? profile.space, address, words))
    for (const { when, alarm, space = profile.space } of meterAlarms)
      for (const { address, equals } of when)
        if (!registers.has(`${space} ${address}`)) set(space, address, [alarm === 'was' ? equals : 0])
    if (harmonics !== undefined)
      tellHarmonics(harmonics, meter, (address, words) => set(harmonics.space ?? profile.space, address, words))
  }

  return {
    /** null: these registers are not of its own records. */
    read: (functionCode: 3 | 4, address: number, count: number): ReadOutcome | null => {
      const space = functionCode === 3 ? 'holding' : 'input'
      const ofCapture = space === 'holding' ? (memory?.read(address, count) ?? null) : null
      if (ofCapture !== null) return ofCapture
      fill()
      const words = Array.from({ length: count }, (_, index) => registers.get(`${space} ${address + index}`))
      if (words[0] === undefined) return null
      if (count > profile.line.maxRegisters) return { exception: exceptions.illegalValue }
      const whole = words.filter((word) => word !== undefined)
      return whole.length === count ? { words: whole } : { exception: exceptions.illegalAddress }
    },
    write: (address: number, words: readonly number[]): WriteOutcome | null => {
      const { clock, logs = [] } = profile
      if (memory?.write(address, words) === true) return 'done'
      if (logs.some((log) => 'command' in log && log.command.address === address)) {
        commands.tell(address, words[0] ?? 0)
        return 'done'
      }
      if (clock?.isSettable === true && clock.address === address) {
        const set = readStamp(clock.stamp, words)
        if (set === null) return { exception: exceptions.illegalValue }
        aheadMs = set.wallMs - Date.now()
        return 'done'
      }
      return null
    },
    readFile: (file: number, record: number, count: number): ReadOutcome =>
      memory?.readFile(file, record, count) ?? { exception: exceptions.illegalFunction },
    isPaused: (): boolean => memory?.isPaused() ?? false,
  }
}
export type OwnRecordsDevice = ReturnType<typeof createOwnRecords>
