/** fft.js 4.0 has no types of its own; these are the parts that are used. */
declare module 'fft.js' {
  export default class FFT {
    /** A power of two. */
    constructor(size: number)
    readonly size: number
    createComplexArray(): number[]
    /** Fills the lower half of `out` (real and imaginary in turn) from `size` real values. */
    realTransform(out: number[] | Float64Array, data: ArrayLike<number>): void
  }
}
