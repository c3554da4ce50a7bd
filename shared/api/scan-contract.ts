/** Finding devices: this part's entries of the contract. */
export const scanContract = {} as const
