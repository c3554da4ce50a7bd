import { quantities, type QuantityKey } from '../../quantities.ts'

/** Values a loaded three-phase site would show: nothing the decoder is told, only what a meter would say. `random` in [0, 1). */
export const loadedSite = (random: () => number): ((key: QuantityKey) => number) => {
  const spread = (low: number, high: number): number => low + random() * (high - low)
  const amperes = 10 ** spread(0.2, 2.3)
  const share = { L1: spread(0.6, 1.2), L2: spread(0.6, 1.2), L3: spread(0.6, 1.2) } as const
  const volts = spread(222, 241)
  const energyKWh = 10 ** spread(2, 6)
  return (key) => {
    const { kind, phase, unit, high } = quantities[key]
    const of = phase === 'L1' || phase === 'L2' || phase === 'L3' ? share[phase] : 1
    const isAll = phase === 'all'
    switch (kind) {
      case 'voltage':
        return ['L1L2', 'L2L3', 'L3L1'].includes(phase) || key === 'u_ll_avg'
          ? volts * Math.sqrt(3) * spread(0.99, 1.01)
          : volts * spread(0.99, 1.01)
      case 'current':
        return key === 'i_n' || key === 'i_ground'
          ? amperes * spread(0.02, 0.3)
          : amperes * of * (key === 'i_sum' || key === 'i_total' ? 3 : 1)
      case 'power':
        return amperes * of * volts * (isAll ? 3 : 1) * (unit === 'var' ? spread(-0.3, 0.4) : spread(0.85, 1))
      case 'power-factor':
        return spread(0.85, 1)
      case 'frequency':
        return spread(49.95, 50.05)
      case 'energy':
        return energyKWh * (key.includes('export') ? 0.01 : unit === 'kvarh' ? 0.3 : 1) * (isAll ? 1 : of / 3)
      case 'angle':
        return spread(-40, 40)
      case 'distortion':
        return key.startsWith('thd_u') ? spread(0.8, 4) : spread(2, 30)
      case 'demand':
        return unit === 'A' ? amperes * of : amperes * volts * 3
      case 'unbalance':
        return spread(0.2, 8)
      case 'status':
        return key === 'hours'
          ? spread(100, 40_000)
          : key === 'temperature'
            ? spread(15, 50)
            : Math.min(high, Math.floor(spread(0, 3)))
    }
  }
}
