import type { NotAvailable } from './codec.ts'

/**
 * Codes that no maker uses for a value in an integer of two registers or more, whatever the profile lists: the largest and the smallest
 * number. SunSpec Device Information Model Specification 1.1, "not implemented": int32 0x80000000, uint32 0xFFFFFFFF, int64
 * 0x8000000000000000, uint64 0xFFFFFFFFFFFFFFFF; ABB (B23/B24 manual), Carlo Gavazzi (EM24 protocol): the largest signed number. A count
 * never comes there, so a device that shows one has no value.
 */
export const commonMarkers = {
  int32: [0x7fffffff, -0x80000000],
  uint32: [0xffffffff],
  int64: ['0x7FFFFFFFFFFFFFFF', '-9223372036854775808'],
  uint64: ['0xFFFFFFFFFFFFFFFF'],
} as const satisfies NotAvailable

/** The profile's own codes for "no value" and the common ones. */
export const markersOf = ({
  notAvailable = {},
}: {
  readonly notAvailable?: NotAvailable | undefined
}): NotAvailable => ({
  ...notAvailable,
  ...Object.fromEntries(
    Object.entries(commonMarkers).map(([type, codes]) => [
      type,
      [...(notAvailable[type as keyof typeof commonMarkers] ?? []), ...codes],
    ]),
  ),
})
