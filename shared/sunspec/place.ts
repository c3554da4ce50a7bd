/** From the layout of a SunSpec model and the place where a device has it to an ordinary meter profile with the device's own addresses. */
import type { MeterProfile } from '../profile/meter-profile.ts'
import type { SunSpecDevice, SunSpecMeter } from './device.ts'

/** Which of several meter models on one unit: those of this number only, and the how manieth of them (1: the first). */
export interface SunSpecChoice {
  readonly model?: number | undefined
  readonly index?: number | undefined
}

export interface PlacedMeter {
  /** The profile as if it had been written for this device: every address is its own. */
  readonly profile: MeterProfile
  readonly meter: SunSpecMeter
}

export type Placing = ({ readonly ok: true } & PlacedMeter) | { readonly ok: false; readonly message: string }

/** The profile's own layout and those it names as alternatives, as far as the catalogue has them. */
export const sunSpecLayouts = (profile: MeterProfile, catalogue: ReadonlyMap<string, MeterProfile>): MeterProfile[] =>
  [profile, ...(profile.sunspec?.alternatives ?? []).flatMap((id) => catalogue.get(id) ?? [])].filter(
    ({ sunspec }) => sunspec !== undefined,
  )

/** The layout moved to a model at `address`. The walker has checked that the whole model ends before register 65536. */
const place = (layout: MeterProfile, id: string, { id: sunspecModel, address }: SunSpecMeter): MeterProfile => {
  const { sunspec } = layout
  if (sunspec === undefined) throw new RangeError(`${layout.id} has no SunSpec layout`)
  const by = address - sunspec.at
  const quantities = Object.fromEntries(
    Object.entries(layout.quantities).map(([key, register]) => [
      key,
      {
        ...register,
        address: register.address + by,
        ...(register.scaleRegister === undefined
          ? {}
          : { scaleRegister: { ...register.scaleRegister, address: register.scaleRegister.address + by } }),
      },
    ]),
  )
  return { ...layout, id, sunspec: { ...sunspec, at: address }, sunspecModel, quantities }
}

const listed = (device: SunSpecDevice): string => {
  const ids = device.models.map(({ id }) => id)
  return ids.length === 0 ? 'none' : ids.join(', ')
}

/** The meter model a site means, read by the layout that knows it; the first where it does not say. */
export const placeSunSpec = (
  profile: MeterProfile,
  layouts: readonly MeterProfile[],
  device: SunSpecDevice,
  choice: SunSpecChoice = {},
): Placing => {
  const readable = device.meters.flatMap((meter) => {
    const layout = layouts.find(
      ({ sunspec }) => sunspec?.models.includes(meter.id) === true && sunspec.length === meter.length,
    )
    return layout === undefined ? [] : [{ meter, layout }]
  })
  const wanted = choice.model === undefined ? readable : readable.filter(({ meter }) => meter.id === choice.model)
  const found = wanted[(choice.index ?? 1) - 1]
  if (found !== undefined)
    return { ok: true, meter: found.meter, profile: place(found.layout, profile.id, found.meter) }
  const notes = device.notes.length === 0 ? '' : ` (${device.notes.join('; ')})`
  if (readable.length === 0) {
    return {
      ok: false,
      message: `the SunSpec map at register ${device.base} has no meter model that ${profile.id} reads; its models are ${listed(device)}${notes}. Connect the meter to the device, or use another unit`,
    }
  }
  const what = choice.model === undefined ? 'meter model' : `meter model ${choice.model}`
  return {
    ok: false,
    message: `the site file asks for ${what} number ${choice.index ?? 1}, but there are ${wanted.length}: the device has ${readable.map(({ meter }) => `${meter.id} at register ${meter.address}`).join(', ')}${notes}`,
  }
}
