import type { ReadSign } from '../sign.ts'
import { chargersAfterSign, dataSign, eventSign } from './event-signs.ts'
import { deviceSign } from './device-sign.ts'
import { lagSign, obedienceSign, phaseMapSign, startSign } from './control-signs.ts'
import { boardSign, heatSign, loadSign, neutralSign, settingSign } from './heat-signs.ts'
import { inrushSign, leakageSign, resumeSign, stiffnessSign, supplySign, windowSign } from './supply-signs.ts'

/** Every question, in the order it is told. */
export const allSigns: readonly ReadSign[] = [
  eventSign,
  deviceSign,
  supplySign,
  heatSign,
  loadSign,
  chargersAfterSign,
  startSign,
  lagSign,
  obedienceSign,
  phaseMapSign,
  neutralSign,
  windowSign,
  resumeSign,
  stiffnessSign,
  settingSign,
  boardSign,
  inrushSign,
  leakageSign,
  dataSign,
]
