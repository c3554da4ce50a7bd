/** What happens on a line: this part's entries of the contract. */
export const doctorContract = {} as const
