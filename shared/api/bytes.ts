import { z } from 'zod'

/**
 * Bytes in an input, an answer or a stream of the contract: a `Uint8Array` of at most `most` bytes. They cross every link as they are
 * (bytes-frame.ts), at most `deepestBytes` levels below the frame.
 */
export const bytesSchema = (most: number) =>
  z
    .custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes')
    .refine((value) => value.byteLength <= most, `more than ${most} bytes`)
    .meta({ kind: bytesKind })

/** By which a schema of bytes is known among others. */
export const bytesKind = 'bytes'
