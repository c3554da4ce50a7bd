import type { Quality } from '../../shared/model/sample.ts'

interface QualityText {
  /** Two or three words beside the dash. */
  readonly short: string
  /** A sentence: why there is no number and what to do. */
  readonly long: string
}

const texts: Record<Quality, QualityText> = {
  good: { short: 'good', long: 'Read and plausible.' },
  waiting: { short: 'not read yet', long: 'Not read yet: the first reply has not come.' },
  absent: { short: 'not reported', long: 'This device does not report it, or reports it as not available.' },
  timeout: { short: 'no reply', long: 'The device did not answer in time: check its power, unit id and wiring.' },
  refused: {
    short: 'refused',
    long: 'The device refused the read (Modbus exception): check that the profile fits the model.',
  },
  corrupt: {
    short: 'damaged reply',
    long: 'The reply was damaged (checksum, length or unit): check wiring, termination and other masters.',
  },
  implausible: {
    short: 'implausible',
    long: 'The number was outside what the quantity can be and was discarded: check the profile and word order.',
  },
  stale: { short: 'too old', long: 'Read once, but too long ago to be trusted.' },
  'no-path': {
    short: 'no path',
    long: "The gateway has no path to this unit: enter the unit in the gateway's settings, or correct it in the site file.",
  },
  offline: { short: 'line down', long: 'The line to the device is not connected: see Meter health for the cause.' },
}

export const qualityText = (quality: Quality): QualityText => texts[quality]
