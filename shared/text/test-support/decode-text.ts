import type { DecodeText } from '../guess-encoding.ts'

/** As a host decodes: by the runtime, which may not know every encoding. */
export const decodeText: DecodeText = (label, bytes) => {
  try {
    return new TextDecoder(label, { ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
