/** Why a line is not connected, as data; `lineProblemText` makes the sentence. */
export type LineProblem =
  /** Nothing listens at that port. `peer`: what should be there, for the remedy. */
  | { readonly kind: 'refused'; readonly where: string; readonly peer: LinePeer }
  /** `code`: of the operating system. */
  | { readonly kind: 'unreachable'; readonly where: string; readonly code: string }
  | { readonly kind: 'unknown-name'; readonly host: string }
  | { readonly kind: 'reset'; readonly where: string }
  | { readonly kind: 'no-answer'; readonly where: string; readonly withinMs: number }
  /** The other side closed it. */
  | { readonly kind: 'closed'; readonly where: string }
  /** It ended without a word of why. */
  | { readonly kind: 'ended'; readonly where: string }
  /** It was closed from here before it was open. */
  | { readonly kind: 'given-up'; readonly where: string }
  /** It is renewed, because its bytes no longer fit together. */
  | { readonly kind: 'out-of-step'; readonly where: string; readonly why: string }
  /** Connected, and silent for so many requests that it is opened anew. */
  | { readonly kind: 'silent'; readonly where: string; readonly requests: number }
  /** What a sampling front end should send is not what comes. */
  | { readonly kind: 'no-wave-stream'; readonly where: string }
  | { readonly kind: 'nothing-sent'; readonly where: string; readonly forMs: number }
  | { readonly kind: 'no-permission'; readonly path: string }
  | { readonly kind: 'no-port'; readonly path: string }
  | { readonly kind: 'port-busy'; readonly path: string }
  | { readonly kind: 'unplugged'; readonly path: string }
  /** This computer can't use serial ports at all. */
  | { readonly kind: 'no-serial'; readonly message: string }
  /** What the operating system said of anything else. */
  | { readonly kind: 'failed'; readonly where: string; readonly isSerial: boolean; readonly message: string }

export type LinePeer = 'modbus' | 'mbus' | 'wave'

/** What a person is to look for at the other end. */
const refusedCure: Readonly<Record<LinePeer, string>> = {
  modbus: 'that Modbus is enabled in it',
  mbus: 'that the converter passes bytes through (TCP server or raw mode)',
  wave: 'that it sends its samples',
}

/** What, where and what to do. */
export const lineProblemText = (problem: LineProblem): string => {
  switch (problem.kind) {
    case 'refused':
      return `${problem.where} refuses the connection: check that the device is on, ${refusedCure[problem.peer]}, and the port`
    case 'unreachable':
      return `${problem.where} cannot be reached (${problem.code}): check its power, cable and address`
    case 'unknown-name':
      return `the name ${problem.host} is not known to this network: check the spelling, or use the IP address`
    case 'reset':
      return `${problem.where} reset the connection: many devices allow only one or two clients; close other programs that read it`
    case 'no-answer':
      return `${problem.where} did not answer within ${String(problem.withinMs / 1000)} s: check its power, cable and address`
    case 'closed':
      return `${problem.where} closed the connection`
    case 'ended':
      return `the connection to ${problem.where} ended`
    case 'given-up':
      return `the connection to ${problem.where} was given up`
    case 'out-of-step':
      return `${problem.where}: the stream was out of step (${problem.why}); connecting again`
    case 'silent':
      return `${problem.where}: no reply to ${String(problem.requests)} requests in a row; connecting again`
    case 'no-wave-stream':
      return `${problem.where} sends something that is no wave stream: check the port, and that the front end speaks as assets/waves/README.md says`
    case 'nothing-sent':
      return `${problem.where} has sent nothing for ${String(problem.forMs / 1000)} s: check that the front end measures; the connection is made anew`
    case 'no-permission':
      return `no permission to open ${problem.path}: add the user to the dialout group (sudo usermod -aG dialout $USER), then log in again; on Windows close the program that uses it`
    case 'no-port':
      return `there is no serial port ${problem.path}: plug the adapter in, or correct the path (dmesg or the device manager shows its name)`
    case 'port-busy':
      return `${problem.path} is in use by another program: close it; Tripscope takes the port as soon as it is free`
    case 'unplugged':
      return `${problem.path} is gone: the adapter was unplugged; plug it in again and reading resumes by itself`
    case 'no-serial':
      return `serial ports cannot be used on this computer: ${problem.message}; install Tripscope again for this system`
    case 'failed':
      return problem.isSerial
        ? `serial port ${problem.where} failed: ${problem.message}`
        : `connection to ${problem.where} failed: ${problem.message}`
  }
}
