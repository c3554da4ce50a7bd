/** Looking at registers and making profiles: this part's entries of the contract. */
export const exploreContract = {} as const
