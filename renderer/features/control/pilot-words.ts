import { dutyOfCurrent, leastPilotA, meaningOfDuty } from '../../../shared/electrical/pilot-duty.ts'
import { formatAmperes, formatNumber } from '../../format/number.ts'

/** What a tester at the socket should read for the limit in force: charger and car are compared where they meet. */
export const expectedDutyText = (inForceA: number): string => {
  const percent = dutyOfCurrent(inForceA)
  return percent === null
    ? `${formatAmperes(inForceA)} A is below the ${leastPilotA} A a pilot can allow: the charger pauses, and a tester reads no duty cycle (100 %).`
    : `${formatAmperes(inForceA)} A in force: a tester should read a duty cycle of ${formatNumber(percent, 1)} %.`
}

/** A tester is right to about half a percent of duty cycle, which is 0.3 A on the first part of the table. Editable assumption. */
const testerToleranceA = 0.5

/** What a duty cycle that was read means beside the limit in force; null: the limit isn't known. */
export const readDutyText = (percent: number, inForceA: number | null): string => {
  const meaning = meaningOfDuty(percent)
  const read = `${formatNumber(percent, 1)} %`
  switch (meaning.kind) {
    case 'error':
      return `${read} is no duty cycle of the table: a car must not charge on it. Look for a fault of the pilot, its wire or its diode.`
    case 'digital':
      return `${read} asks the car for a digital talk (ISO 15118): the limit is not in the duty cycle.`
    case 'not-allowed':
      return `${read} allows no current: the charger pauses, by itself or because it was told to.`
    case 'current':
  }
  const allowed = `${read} allows the car ${formatAmperes(meaning.currentA)} A`
  if (inForceA === null) return `${allowed}; the limit in force is not known.`
  const difference = meaning.currentA - inForceA
  if (Math.abs(difference) <= testerToleranceA) return `${allowed}, as the limit in force says.`
  return difference < 0
    ? `${allowed}, less than the ${formatAmperes(inForceA)} A in force: something else in the charger limits it (the code of the cable, its heat, its own setting).`
    : `${allowed}, more than the ${formatAmperes(inForceA)} A in force: the charger does not pass its limit on to the car. Check its firmware and how it is set.`
}
