/** One period of a wave with its harmonics, as a table: 80,000 samples a second must cost little. */

/** Order to share of the fundamental. */
export type Harmonics = Readonly<Record<number, number>>

/**
 * The voltage at level 2 sockets in use, and the current of cars charging at full load: means of the captures of the EV-CPW set
 * (doi:10.7910/DVN/F81CXW; BMW iX, Ford Mustang, Hyundai Ioniq 5, Nissan Leaf, Tesla Model Y), rounded. THD 1.7 % and 6 %.
 */
export const gridVoltage: Harmonics = { 3: 0.005, 5: 0.012, 7: 0.009, 9: 0.002, 11: 0.002 }
export const chargingCurrent: Harmonics = { 3: 0.04, 5: 0.025, 7: 0.03, 9: 0.008, 11: 0.006 }

const points = 2048

/** The value of a wave of peak 1 of its fundamental, at a number of turns (any, with fraction). */
export const createShape = (harmonics: Harmonics): ((turns: number) => number) => {
  const table = Float64Array.from({ length: points + 1 }, (_, index) => {
    const angle = (2 * Math.PI * index) / points
    return Object.entries(harmonics).reduce(
      (sum, [order, share]) => sum + share * Math.sin(Number(order) * angle),
      Math.sin(angle),
    )
  })
  return (turns) => {
    const at = (turns - Math.floor(turns)) * points
    const whole = Math.floor(at)
    const [from, to] = [table[whole] ?? 0, table[whole + 1] ?? 0]
    return from + (to - from) * (at - whole)
  }
}
