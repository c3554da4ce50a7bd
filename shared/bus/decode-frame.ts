import { decodeAscii, decodeMbap, decodeRtu } from './decode-modbus.ts'
import { decodeMbus } from './decode-mbus.ts'
import type { DecodedFrame } from './decoded-frame.ts'
import type { Framing } from './tape-entry.ts'

/** Never throws, whatever the bytes. */
export const decodeFrame = (framing: Framing, bytes: Uint8Array): DecodedFrame => {
  switch (framing) {
    case 'rtu':
      return decodeRtu(bytes)
    case 'ascii':
      return decodeAscii(bytes)
    case 'mbap':
      return decodeMbap(bytes)
    case 'mbus':
      return decodeMbus(bytes)
  }
}
