import { formatNumber } from './number.ts'

const two = (value: number): string => String(value).padStart(2, '0')

/** How old a number is: "0.4 s", "45 s", "12 min", "3.2 h", "5 d". Negative ages (clocks differ) read as 0.0 s. */
export const formatAge = (ms: number): string => {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 119.5) return `${seconds.toFixed(0)} s`
  const minutes = seconds / 60
  if (minutes < 99.5) return `${minutes.toFixed(0)} min`
  const hours = minutes / 60
  if (hours < 47.5) return `${hours.toFixed(1)} h`
  return `${(hours / 24).toFixed(0)} d`
}

/** Time left until something ends: "4:32", "1:04:32"; never negative. */
export const formatCountdown = (ms: number): string => {
  const total = Math.max(0, Math.ceil(ms / 1000))
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  const seconds = total % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
}

/** A period or a blind time: "200 ms", "1.0 s", "10 s", "15 min". */
export const formatPeriod = (ms: number): string => {
  if (ms < 1000) return `${formatNumber(ms, 0)} ms`
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 120_000) return `${(ms / 1000).toFixed(0)} s`
  const minutes = Math.round(ms / 60_000)
  return minutes < 120 ? `${minutes} min` : `${formatNumber(minutes / 60, minutes % 60 === 0 ? 0 : 1)} h`
}

/** A length of time in words for confirmations: "30 min", "2 h", "1 h 30 min", "45 s". */
export const formatLength = (seconds: number): string => {
  if (seconds < 60) return `${seconds} s`
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const rest = seconds % 60
  return [hours > 0 ? `${hours} h` : '', minutes > 0 ? `${minutes} min` : '', rest > 0 ? `${rest} s` : '']
    .filter((part) => part !== '')
    .join(' ')
}
