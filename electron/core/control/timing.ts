/** Times the controller rests on. Editable assumptions unless a source is named. */

/** A charger not heard of for longer is reserved at what it may draw. */
export const chargerSilenceMs = 5000
/** A reading that should have come by now: no raising until it does. Two cycles and a little. */
export const lateReadingMs = 2500
/** On an image no older than this a person's act is decided at once; else the next cycle, which comes within a second, does. Two cycles and a little. */
export const newestImageMs = 2500
/** Images further apart than this are a standstill: nothing rises before everything was read anew. Two cycles and a little. */
export const standstillMs = 2500
/** A meter and a charger are not read at the same moment: currents this far apart may belong to different moments. */
export const skewMs = 1500
/** Power tells the direction of a current only when both were read in the same sweep of the meter; more apart they may differ. */
export const directionSkewMs = 1500
/** Room for raising is what the last seconds left at their worst. */
export const worstWindowMs = 5000
/** How long a car must have charged steadily on fewer phases before the others are given away. */
export const steadyMs = 20_000
/** A charger suspected of an overload on a phase is counted there for this long: its step shows within it whether it is. */
export const suspectMs = 60_000
/** A connected car that could charge and did not for this long is held to the minimum until it draws. */
export const noDemandMs = 120_000
/** What a car leaves unused for this long goes to others until it reaches for it again, while its settle time is not learnt (settle-time.ts). */
export const unusedMs = 30_000
/** A car kept waiting this long gets a turn, whatever the priorities; so long is a turn, and so long are the others left between two. */
export const turnWaitMs = 900_000
export const turnMs = 300_000
export const turnGapMs = 300_000
/** A turn that could not begin within this goes to the next that waits: room for it is made within seconds, or there is none. */
export const turnTakenMs = 120_000
/** A car follows a lower limit within 5 s (IEC 61851-1) after a PWM change that may take 5 s; then it counts as not obeying. */
export const obeyMs = 10_000
/** Time a disarm or a shutdown may take to bring the chargers to their fallback. */
export const farewellMs = 3000
