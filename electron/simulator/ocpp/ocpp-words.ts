/** What a simulated charger says in each version; written from the standard, not shared with the product. */
import type { Charger } from '../physics/charger.ts'
import type { Oddness } from './oddness.ts'

type Payload = Record<string, unknown>
export interface Spoken {
  readonly action: string
  readonly payload: Payload
}
export type Has = (oddness: Oddness) => boolean

const twoHoursMs = 7_200_000

export const timeText = (nowMs: number, has: Has): string => {
  const aheadMs = has('clock-ahead') ? twoHoursMs : has('clock-behind') ? -twoHoursMs : 0
  const text = new Date(nowMs + aheadMs).toISOString()
  return has('no-zone') ? text.slice(0, -1) : text
}

/** 1.6 words; 2.0.1 has its charging state in the transaction. */
export const statusOf = (charger: Charger): string => {
  if (charger.car() === null) return 'Available'
  switch (charger.pilot()) {
    case 'C2':
      return 'Charging'
    case 'B1':
    case 'C1':
      return charger.offeredA() === 0 && charger.inForceA() < 6 ? 'SuspendedEVSE' : 'SuspendedEV'
    default:
      return charger.car()?.isFull() === true ? 'SuspendedEV' : 'Preparing'
  }
}

const sampled = (charger: Charger, context: string, has: Has, isNew: boolean): readonly Payload[] => {
  const unit = (name: string): Payload => (isNew ? { unitOfMeasure: { unit: name } } : { unit: name })
  const value = (number: number, digits: number): unknown =>
    isNew ? Number(number.toFixed(digits)) : number.toFixed(digits)
  const of = (measurand: string, phase: string | null, number: number, name: string, digits: number): Payload => ({
    value: value(number, digits),
    context,
    measurand,
    location: 'Outlet',
    ...(phase === null ? {} : { phase }),
    ...unit(name),
  })
  const currents = charger.currents()
  return [
    of('Energy.Active.Import.Register', null, charger.totalKWh() * 1000, 'Wh', 0),
    of('Power.Active.Import', null, charger.powerW(), 'W', 0),
    of('Current.Offered', null, charger.offeredA(), 'A', 1),
    ...(has('current-on-n')
      ? [of('Current.Import', 'N', Math.max(...currents), 'A', 2)]
      : currents.map((amperes, index) => of('Current.Import', `L${index + 1}`, amperes, 'A', 2))),
    ...charger.voltages().map((volts, index) => of('Voltage', `L${index + 1}-N`, volts, 'V', 1)),
    ...(has('unknown-unit') ? [of('Current.Import', 'L1', 5, 'Furlong', 0)] : []),
  ]
}

export const meterValue = (charger: Charger, nowMs: number, context: string, has: Has, isNew: boolean): unknown => {
  const entry = { timestamp: timeText(nowMs, has), sampledValue: sampled(charger, context, has, isNew) }
  return has('object-meter-value') ? entry : [entry]
}

export const boot = (isNew: boolean): Spoken => ({
  action: 'BootNotification',
  payload: isNew
    ? {
        reason: 'PowerUp',
        chargingStation: {
          vendorName: 'Simulated',
          model: 'Wallbox 201',
          serialNumber: 'SIM-201',
          firmwareVersion: '2.0',
        },
      }
    : {
        chargePointVendor: 'Simulated',
        chargePointModel: 'Wallbox 16',
        chargePointSerialNumber: 'SIM-16',
        firmwareVersion: '1.0',
      },
})
