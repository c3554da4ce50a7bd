/** Whether a number may be billed by. "if-marked": only where the meter's plate has the MID mark, which no program can see. */
export type BillingUse = 'if-marked' | 'no'
export interface Billing {
  readonly use: BillingUse
  readonly why: string
}

/** A meter as it is described (shared/api/site-contract.ts), and as the site file has it. */
export interface BilledMeter {
  readonly billingUse: string
  /** The same for a person, with what the profile notes. */
  readonly billing: string
  /** Whether this program multiplies its readings by the ratio of its transformers. */
  readonly isScaledHere: boolean
  /** Whether it has no register of all its energy, so that this program adds its tariff registers up. */
  readonly isSummedHere: boolean
  readonly hasTransformers: boolean
}

export const billingOfMeter = (meter: BilledMeter): Billing => {
  if (meter.isScaledHere)
    return {
      use: 'no',
      why: 'The ratio of its current transformers is applied in Tripscope: the number is not the one the meter shows.',
    }
  if (meter.isSummedHere)
    return {
      use: 'no',
      why: 'It counts by tariffs, and their sum is made by Tripscope: bill by each of its registers.',
    }
  if (meter.billingUse !== 'mid-variant-only') return { use: 'no', why: meter.billing }
  return {
    use: 'if-marked',
    why: `${meter.billing}${meter.hasTransformers ? ' Its current transformers must be approved for it too.' : ''}`,
  }
}

export const billingOfCharger: Billing = {
  use: 'no',
  why: 'It is the charger’s own counter; nothing is known here of its approval.',
}
export const billingOfSum: Billing = {
  use: 'no',
  why: 'It is added up by Tripscope: bill by each meter’s own register.',
}
export const billingOfRest: Billing = {
  use: 'no',
  why: 'It is a difference: losses and the errors of all meters are in it.',
}
export const billingOfPart: Billing = {
  use: 'no',
  why: 'The split by the time of day is made by Tripscope, not by the meter.',
}

/** The first line of a report that holds these numbers; null: it holds none. */
export const billingStanding = (
  lines: readonly { readonly name: string; readonly billing: Billing }[],
): { readonly use: BillingUse; readonly says: string } | null => {
  if (lines.length === 0) return null
  const listed = (use: BillingUse) => {
    const names = [...new Set(lines.filter(({ billing }) => billing.use === use).map(({ name }) => name))]
    return names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ')
  }
  if (lines.some(({ billing }) => billing.use === 'no'))
    return {
      use: 'no',
      says: `Not for billing as it stands: these numbers may not be billed by: ${listed('no')}. The reason is beside each.`,
    }
  return {
    use: 'if-marked',
    says: `Bill by these numbers only where the meter’s plate has the MID mark, which no program can see: ${listed('if-marked')}.`,
  }
}
