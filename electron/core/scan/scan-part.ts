import type { scanContract } from '../../../shared/api/scan-contract.ts'
import type { Part } from '../part.ts'
import { createScanHandlers, type ScanHandlerParts } from './scan-handlers.ts'
import { createScan, type ScanParts } from './scan.ts'

/** The search for devices. */
export const createScanPart = (ports: ScanParts & Omit<ScanHandlerParts, 'scan'>): Part<typeof scanContract> => {
  const scan = createScan(ports)
  return {
    name: 'the search for devices',
    handlers: createScanHandlers({ ...ports, scan }),
    stop: () => scan.stop(),
  }
}
